import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { carryOut } from '~/erasure/carry-out.server'
import { propose } from '~/erasure/propose.server'
import { storedCuts } from '~/erasure/row-sets'
import { fitStrategy } from '~/erasure/strategies/fit'
import { keyword } from '~/systems/adapters/sql'
import { columnOf, tableById } from '~/systems/catalogue'
import type { CatalogueColumn, CatalogueTable, ColumnFamily } from '~/systems/catalogue'
import { strategyMisfit } from '~/systems/check/strategy-fit'
import { checkMap } from '~/systems/check-map'
import type { Strategy } from '~/systems/data-map'
import { parseDataMap } from '~/systems/parse-map'
import { databaseWith, engines } from '~tests/systems/databases'

const map = `
version: 1
system: crm
backups: {kept: P1D}
tables:
  people:
    subject: {email: mail}
    erase: pseudonymise
    columns:
      code: {category: identity, with: pseudonym}
      mail: {category: contact, with: pseudonym}
      second_mail: {category: contact, with: pseudonym}
      phone: {category: contact, with: pseudonym}
      short: {category: identity, with: pseudonym}
      number: {category: identity, with: pseudonym}
      token: {category: identity, with: random}
      born: {category: identity, with: {generalise: decade}}
      seen: {category: technical, with: {generalise: month}}
      score: {category: profile, with: {generalise: 10}}
      city: {category: contact, with: {truncate: 2}}
      first: {category: identity, with: empty}
      needed: {category: identity, with: empty}
      status: {category: profile, with: {fixed: gone}}
      whole: {category: identity, with: {derived: {from: [code, city], join: ' '}}}
      copied: {category: identity, with: derived}
  mail_log: {subject: {email: [sender, recipient]}, erase: delete}
  notes:
    belongs_to: [{table: people, on: {person: code}}]
    erase: keep
    reason: kept for the test
  loose:
    belongs_to: [{table: people, on: {person: code}}]
    erase: keep
    reason: kept for the test
`

const schema = [
  `create table people (code varchar(30) primary key, mail varchar(60) not null unique, second_mail varchar(60), phone varchar(20), short varchar(9),
    number integer not null unique, token varchar(20), born date, seen timestamp null, score integer, city varchar(30), first varchar(20), needed varchar(20) not null,
    status varchar(10), whole varchar(80), copied varchar(80))`,
  'create table notes (id integer primary key, person varchar(30) not null, foreign key (person) references people (code))',
  'create table loose (id integer primary key, person varchar(30))',
  'create table mail_log (id integer primary key, sender varchar(60), recipient varchar(60))',
  "insert into mail_log values (1, 'boss@shop.nl', 'me@x.nl'), (2, 'boss@shop.nl', 'you@x.nl')",
  `insert into people values ('c1', 'Me@x.nl', 'Me@x.nl', '+31612345678', 'abc', 17, 'tok', '1987-05-06', '2026-03-04 05:06:07', 57, 'Utrecht', 'Jan', 'Jan', 'active', 'c1 Utrecht', 'Code c1, Utrecht')`,
  `insert into people values ('c2', 'you@x.nl', null, '', null, 18, null, null, null, null, null, null, '', null, null, null)`,
  `insert into notes values (1, 'c1'), (2, 'c2')`,
  `insert into loose values (1, 'c1'), (2, 'c2'), (3, null)`,
]

const plain: CatalogueColumn = {
  name: 'it',
  type: 'whatever',
  family: 'text',
  elementFamily: 'text',
  length: null,
  precision: null,
  scale: null,
  nullable: true,
  default: null,
  generated: false,
  identity: false,
  collation: null,
  enumValues: [],
  ordinal: 1,
}

const bare: CatalogueTable = {
  schema: 'public',
  name: 'one',
  id: 'one',
  kind: 'table',
  columns: [],
  primaryKey: null,
  uniqueKeys: [],
  foreignKeys: [],
  checks: [],
  triggers: [],
  indexes: [],
  rowEstimate: 0,
  transactional: true,
  inheritsFrom: [],
  hasHeirs: false,
  ofExtension: null,
}

describe.each(engines)('strategies in %s', (engine) => {
  it('keep the shape of what they replace, equal values equal, and references with their key', async () => {
    const adapter = await databaseWith(engine, schema)
    const catalogue = await adapter.readCatalogue()
    const parsed = parseDataMap(map)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const { resolved } = checkMap(parsed.map, catalogue)
    const proposal = await propose(
      adapter,
      {
        system: { id: '', key: 'crm', engine, adapter, scanAdapter: null, catalogue, map: resolved, mapVersion: 1 },
        identifiers: { email: ['me@x.nl'] },
        subjects: [],
        rows: null,
        facts: {},
        intent: { kind: 'erase', only: null },
        today: Temporal.PlainDate.from('2026-03-02'),
        rules: { fiscalYearEnd: '12-31', zone: 'UTC' },
        held: new Set(),
        suggestions: false,
      },
      new Uint8Array(32),
    )
    const { model, traces, sets, decided } = proposal
    // Whoever wrote to the person is not the person.
    expect(traces.identifiers.toSorted()).toEqual(['Me@x.nl', 'me@x.nl'])
    const key = new Uint8Array(32).fill(3)
    await adapter.transaction((tx) => carryOut(tx, { model, key, traces }, { sets, cuts: storedCuts(decided.cuts) }))
    const [row] = await adapter.query(keyword("select * from people where code <> 'c2'"))
    if (!row) throw new Error('gone')
    expect(row.code).toMatch(/^p[0-9a-f]{19}$/)
    expect(row.mail).toMatch(/^[0-9a-f]{24}@pseudonym\.invalid$/)
    expect(row.second_mail).toBe(row.mail)
    expect(row.phone).toMatch(/^\+000\d{8}$/)
    expect(row.short).toMatch(/^p[0-9a-f]{8}$/)
    expect(Number(row.number)).toBeGreaterThan(0)
    expect(row.token).toMatch(/^p[0-9a-f]{19}$/)
    expect(row.born).toBe('1980-01-01')
    expect(row.seen).toContain('2026-03-01 00:00:00')
    expect([row.score, row.city, row.first, row.needed, row.status]).toEqual(['50', 'Ut', null, '', 'gone'])
    expect(row.copied).not.toContain('Utrecht')
    expect(await adapter.query(keyword('select person from notes where id = 1'))).toEqual([{ person: row.code }])
    expect(await adapter.query(keyword('select person from loose where id = 1'))).toEqual([{ person: row.code }])
    expect(await adapter.query(keyword('select person from loose where id = 2'))).toEqual([{ person: 'c2' }])
  })

  it('are refused where they do not fit the column', async () => {
    const adapter = await databaseWith(engine, schema)
    const table = tableById(await adapter.readCatalogue(), 'people')
    const fit = (name: string, strategy: Strategy, unique = false) => {
      const column = table ? columnOf(table, name) : undefined
      return column ? fitStrategy(strategy, column, unique) : undefined
    }
    expect(fit('born', { kind: 'pseudonym' })).toEqual({ ok: false, why: 'type' })
    expect(fit('mail', { kind: 'empty' }, true)).toEqual({ ok: false, why: 'unique' })
    expect(fit('needed', { kind: 'fixed', value: null })).toEqual({ ok: false, why: 'not_null' })
    expect(fit('status', { kind: 'fixed', value: 'much too long a word' })).toEqual({ ok: false, why: 'length' })
    expect(fit('score', { kind: 'truncate', length: 2 })).toEqual({ ok: false, why: 'type' })
    expect(fit('mail', { kind: 'generalise', to: 10 })).toEqual({ ok: false, why: 'type' })
    expect(fit('first', { kind: 'empty' })).toEqual({ ok: true })
  })
})

const families: readonly ColumnFamily[] = [
  'text',
  'integer',
  'decimal',
  'float',
  'boolean',
  'date',
  'timestamp',
  'time',
  'uuid',
  'json',
  'array',
  'tsvector',
  'enum',
  'binary',
  'other',
]
const kinds: readonly Strategy[] = [
  { kind: 'empty' },
  { kind: 'pseudonym' },
  { kind: 'random' },
  { kind: 'redact' },
  { kind: 'redact_list' },
  { kind: 'derived', from: null, join: '' },
  { kind: 'truncate', length: 2 },
  { kind: 'generalise', to: 'year' },
  { kind: 'generalise', to: 10 },
  { kind: 'json', paths: [] },
]

it.each(families)('what a map may say of a column of the family %s, a plan can do', (family) => {
  for (const strategy of kinds)
    for (const nullable of [true, false])
      for (const unique of [true, false])
        for (const more of [{}, { type: 'smallint' }, { length: 5 }, { elementFamily: 'integer' as const }]) {
          const column: CatalogueColumn = { ...plain, family, nullable, ...more }
          const table: CatalogueTable = { ...bare, columns: [column], primaryKey: unique ? ['it'] : null }
          if (strategyMisfit(table, column, strategy) !== null) continue
          expect([strategy, column, unique, fitStrategy(strategy, column, unique)]).toEqual([
            strategy,
            column,
            unique,
            { ok: true },
          ])
        }
})
