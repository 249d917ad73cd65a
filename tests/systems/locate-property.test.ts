import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkMap } from '~/systems/check-map'
import type { LocatedCut, LocatedPerson, LocatedTie, RowKey } from '~/systems/located'
import { locate, type LocateOptions } from '~/systems/locate/locate'
import { parseDataMap } from '~/systems/parse-map'
import { databaseWith, engines } from './databases'
import { idOf, Naive, type Closure } from './naive-closure'
import { createTables, fill } from './random/create'
import { mapOf, rawMap } from './random/map'
import { rawRows, rowsOf, SOUGHT } from './random/rows'
import { LONGEST, runs } from './random/runs'
import { rawSchema, schemaOf, type RandomTable } from './random/schema'

const random = fc.record({
  schema: rawSchema,
  worlds: fc.array(fc.record({ map: rawMap, rows: rawRows }), { minLength: 1, maxLength: 4, size: 'max' }),
})

/** What was located, in the words of the naive closure. */
function told(tables: readonly RandomTable[], person: LocatedPerson): Closure {
  const isLog = (table: string) => tables.find((each) => each.name === table)?.key.length === 0
  const id = (table: string, key: RowKey) => (isLog(table) ? `${table}:#` : idOf(table, key))
  const all = (rows: LocatedPerson['rows'], word: (role: string) => string) =>
    [...rows].flatMap(([table, list]) =>
      list.flatMap((row) => Array.from({ length: row.count }, () => `${word(row.role)}${id(table, row.key)}`)),
    )
  const cut = (c: LocatedCut) =>
    c.rows.map(
      (row) => `${c.origin} ${id(c.table, row.key ?? [])} ${c.columns.join('+')} -> ${id(c.ontoTable, row.onto)}`,
    )
  const tie = (t: LocatedTie) =>
    `${t.shared ? 'shared' : 'value'} ${id(t.table, t.key)} ${t.columns.join('+')} -> ${id(t.onto.table, t.onto.key)}`
  return {
    candidates: person.candidates.map((c) => idOf(c.table, c.key)).sort(),
    rows: all(person.rows, (role) => `${role} `).sort(),
    shared: all(person.shared, () => '').sort(),
    others: person.others.flatMap(({ table, keys }) => keys.map((key) => idOf(table, key))).sort(),
    cuts: person.cuts.flatMap(cut).sort(),
    ties: person.ties.map(tie).sort(),
    samePerson: person.suggestions
      .flatMap(({ table, keys, why }) => (why === 'same_person' ? keys.map((key) => idOf(table, key)) : []))
      .sort(),
  }
}

describe.each(engines)('on %s', (engine) => {
  test(
    'the located set is the one that a row by row closure finds',
    async () => {
      const adapter = await databaseWith(engine, [])
      await fc.assert(
        fc.asyncProperty(random, async ({ schema, worlds }) => {
          const tables = schemaOf(schema, engine)
          await createTables(adapter, tables)
          const catalogue = await adapter.readCatalogue()
          for (const world of worlds) {
            const [map, rows] = [mapOf(tables, world.map), rowsOf(tables, world.rows)]
            await fill(adapter, tables, rows)
            const written = { version: 1, system: 'crm', backups: { kept: 'P1D' }, unmapped: 'ignore', tables: map }
            const parsed = parseDataMap(JSON.stringify(written))
            if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
            const { resolved } = checkMap(parsed.map, catalogue)
            const naive = new Naive({ tables, map, rows })
            const suggestions = Object.values(map).some((table) => table.same_person)
            const located = (options: LocateOptions) =>
              locate(adapter, resolved, { email: [SOUGHT] }, { suggestions, ...options })

            const first = naive.closure()
            expect(told(tables, await located({}))).toEqual(first)
            const among = first.candidates.length > 0 ? first.candidates : first.samePerson
            const choice = among.filter((_, i) => i % 2 === 0)
            if (choice.length === 0) continue
            const subjects = naive.places
              .filter((place) => choice.includes(place.id))
              .map(({ table, row }) => ({ table: table.name, key: table.key.map((c) => row[c] ?? '') }))
            expect(told(tables, await located({ subjects }))).toEqual(naive.closure(choice))
          }
        }),
        runs(engine === 'postgres' ? 36 : 12),
      )
    },
    LONGEST,
  )
})
