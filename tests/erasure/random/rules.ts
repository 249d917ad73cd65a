import fc from 'fast-check'
import { identifier, join, keyword, parameter, sql, type Sql } from '~/systems/adapters/sql'
import type { Engine } from '~/systems/catalogue'
import type { MapLink, MapTable, MapTables } from '~tests/systems/random/map'
import { TABLES, type RandomTable } from '~tests/systems/random/schema'

/** What is done to the rows of random tables, and a log that triggers write. */

export const LOG = 'audit log'

const rare = (one: number) => fc.nat(one - 1).map((n) => n === 0)
const each = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: TABLES, maxLength: TABLES })

export const rawRules = fc.record({
  actions: each(
    fc.constantFrom('delete' as const, 'delete' as const, 'delete' as const, 'pseudonymise' as const, 'keep' as const),
  ),
  needed: each(fc.record({ is: rare(6), table: fc.nat(TABLES - 1) })),
  withKept: each(rare(6)),
})
export type RawRules = typeof rawRules extends fc.Arbitrary<infer T> ? T : never

/** The map with an action for every table that is personal, and with the log of those that have one. */
export function withRules(
  tables: readonly RandomTable[],
  map: MapTables,
  raw: RawRules,
  logged: readonly boolean[],
): MapTables {
  const rules = tables.flatMap((table, t): (readonly [string, MapTable])[] => {
    const given = map[table.name]
    if (!given) return []
    if (given.personal === false) return [[table.name, given]]
    const action = given.history ? 'delete' : (raw.actions[t] ?? 'delete')
    const needed = tables[raw.needed[t]?.table ?? 0]?.name ?? ''
    const isNeeded = raw.needed[t]?.is === true && map[needed] !== undefined && map[needed].personal !== false
    return [
      [
        table.name,
        {
          ...given,
          erase: action,
          ...(action === 'keep' ? { reason: 'The law says so' } : {}),
          ...(isNeeded ? { needed_while: [{ table: needed, where: { kind: 'b' } }] } : {}),
          ...(raw.withKept[t] && !given.history ? { with_kept: 'erase' as const } : {}),
          columns: {
            note: { category: 'content', with: 'pseudonym' },
            mail: { category: 'contact', with: 'pseudonym' },
          },
        },
      ],
    ]
  })
  const links = tables.flatMap((table, t): MapLink[] => {
    if (!isLogged(table, logged[t]) || !map[table.name] || map[table.name]?.personal === false) return []
    const [first = '', second] = table.key
    const on = { row_key: first, ...(second ? { row_more: second } : {}) }
    return [{ table: table.name, on, where: { row_table: String(t) } }]
  })
  if (links.length > 0) rules.push([LOG, { belongs_to: links, history: true, erase: 'delete' }])
  else rules.push([LOG, { personal: false }])
  return Object.fromEntries(rules)
}

const isLogged = (table: RandomTable, logged: boolean | undefined) => logged === true && table.key.length > 0

/** Keyed rows have a note that is there, unique and well-formed. */
export function strictness(tables: readonly RandomTable[]): Sql[] {
  return tables
    .filter((table) => table.key.length > 0)
    .flatMap((table) => {
      const change = sql`alter table ${identifier(table.name)}`
      return [
        ...(table.partitioned ? [] : [sql`${change} add unique (note)`]),
        sql`${change} add check (note is not null and char_length(note) >= 6 and (note like 'note%' or note like 'p%'))`,
      ]
    })
}

/** The log, and the triggers that write old values into it. */
export function loggingOf(tables: readonly RandomTable[], logged: readonly boolean[], engine: Engine): Sql[] {
  const log = sql`create table ${identifier(LOG)} (row_table varchar(60), row_key varchar(60), row_more varchar(60), old_note varchar(60), old_mail varchar(60))`
  return [
    log,
    ...tables.flatMap((table, t): Sql[] => {
      if (!isLogged(table, logged[t])) return []
      const old = (name: string) => sql`old.${identifier(name)}`
      const key = table.key.map((name) => (engine === 'postgres' ? sql`${old(name)}::text` : old(name)))
      const written = [keyword(`'${String(t)}'`), key[0] ?? keyword('null'), key[1] ?? keyword('null')]
      const insert = sql`insert into ${identifier(LOG)} values (${join([...written, old('note'), old('mail')])})`
      const name = (event: string) => identifier(`log ${event} ${String(t)}`)
      if (engine === 'mysql')
        return ['update', 'delete'].map(
          (event) =>
            sql`create trigger ${name(event)} after ${keyword(event)} on ${identifier(table.name)} for each row ${insert}`,
        )
      return [
        sql`create function ${name('change')}() returns trigger language plpgsql as $$ begin ${insert}; return null; end $$`,
        sql`create trigger ${name('change')} after update or delete on ${identifier(table.name)} for each row execute function ${name('change')}()`,
      ]
    }),
  ]
}

/** A log line of an earlier change for each row of a logged table. */
export function loggedBefore(
  tables: readonly RandomTable[],
  logged: readonly boolean[],
  rows: readonly (readonly Readonly<Record<string, string | null>>[])[],
): Sql[] {
  const lines = tables.flatMap((table, t) =>
    isLogged(table, logged[t])
      ? (rows[t] ?? []).map((row) => {
          const [first, second] = [row[table.key[0] ?? ''] ?? null, row[table.key[1] ?? ''] ?? null]
          return sql`(${join([keyword(`'${String(t)}'`), parameter(first), parameter(second)])}, 'an older note', null)`
        })
      : [],
  )
  return [
    sql`delete from ${identifier(LOG)}`,
    ...(lines.length > 0 ? [sql`insert into ${identifier(LOG)} values ${join(lines)}`] : []),
  ]
}
