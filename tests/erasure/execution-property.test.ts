import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proposalOrder } from '~/erasure/make-plan.server'
import type { PlanSearch } from '~/erasure/plan-store.server'
import { propose } from '~/erasure/propose.server'
import { changes, type RowSet } from '~/erasure/row-sets'
import type { Row } from '~/systems/adapters/adapter'
import { checkMap } from '~/systems/check-map'
import { parseDataMap } from '~/systems/parse-map'
import { databaseWith, engines } from '~tests/systems/databases'
import { idOf } from '~tests/systems/naive-closure'
import { createTables, fill } from '~tests/systems/random/create'
import { mapOf, rawMap } from '~tests/systems/random/map'
import { rawRows, rowsOf } from '~tests/systems/random/rows'
import { LONGEST, runs } from '~tests/systems/random/runs'
import { rawSchema, schemaOf, TABLES, type RandomTable } from '~tests/systems/random/schema'
import { ids, snapshot } from './random/compare'
import { erase, HASH_KEY, SEARCH, type World } from './random/erase'
import { LOG, loggedBefore, loggingOf, rawRules, strictness, withRules } from './random/rules'

const random = fc.record({
  schema: rawSchema,
  logged: fc.array(fc.boolean(), { minLength: TABLES, maxLength: TABLES }),
  worlds: fc.array(
    fc.record({ map: rawMap, rules: rawRules, rows: rawRows, small: fc.boolean(), later: fc.boolean() }),
    { minLength: 1, maxLength: 4, size: 'max' },
  ),
})

/** What was kept or only pseudonymised is looked at again at night; when nothing refers to it any more, it goes. */
async function eraseLater(world: World, sets: readonly RowSet[], rowsPerBatch: number): Promise<void> {
  const { tables, map, system } = world
  const keyed = (set: RowSet) => tables.some((table) => table.name === set.table && table.key.length > 0)
  const waiting = sets.filter((set) => set.later !== null && set.reason !== 'shared' && keyed(set))
  if (waiting.length === 0) return
  const of = (there: ReadonlySet<string>): PlanSearch => ({
    ...SEARCH,
    identifiers: {},
    rows: [...new Set(waiting.map((set) => set.table))].map((table) => ({
      system: 'crm',
      table,
      keys: waiting
        .flatMap((set) => (set.table === table ? set.rows.map((row) => [...row.key]) : []))
        .filter((key) => there.has(idOf(table, key))),
    })),
    only: Object.fromEntries(waiting.map((set) => [set.table, set.later ?? 'delete'])),
  })
  const all = new Set(ids(waiting))
  const night = await erase(world, of(all), rowsPerBatch)
  if (night.how !== 'done') return

  const left = (await snapshot(system.adapter, tables)).rows.map((list, t) =>
    list.filter((row) => all.has(rowIdOf(tables[t], row))),
  )
  await fill(system.adapter, tables, left)
  const there = left.map((list, t) => list.map((row) => rowIdOf(tables[t], row)))
  const last = await erase(world, of(new Set(there.flat())), rowsPerBatch)
  // Rows that a rule or a need of its own keeps stay.
  const stays = sets.some((set) => map[set.table]?.needed_while !== undefined || map[set.table]?.erase === 'keep')
  if (last.how !== 'done' || stays) return
  const gone = last.sets.filter((set) => set.action === 'delete' && set.table !== LOG)
  const due = there.filter((_, t) => waiting.some((set) => set.table === tables[t]?.name && set.later === 'delete'))
  expect(ids(gone).sort()).toEqual(due.flat().sort())
}

const rowIdOf = (table: RandomTable | undefined, row: Row) =>
  idOf(table?.name ?? '', table?.key.map((c) => row[c] ?? '') ?? [])

describe.each(engines)('a plan carried out on %s, whatever the schema', (engine) => {
  it(
    'touches no row beyond it, leaves no reference hanging, is verified, and has nothing to do again',
    async () => {
      const adapter = await databaseWith(engine, [])
      const counted = { worlds: 0, done: 0 }
      await fc.assert(
        fc.asyncProperty(random, async ({ schema, logged, worlds }) => {
          const tables = schemaOf(schema, engine)
          await createTables(
            adapter,
            tables,
            [...strictness(tables), ...loggingOf(tables, logged, engine)],
            [LOG, 'privacybalie_receipt'],
          )
          const catalogue = await adapter.readCatalogue()
          for (const given of worlds) {
            counted.worlds++
            const map = withRules(tables, mapOf(tables, given.map), given.rules, logged)
            const rows = rowsOf(tables, given.rows)
            const written = { version: 1, system: 'crm', backups: { kept: 'P1D' }, unmapped: 'ignore', tables: map }
            const parsed = parseDataMap(JSON.stringify(written))
            if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
            const { problems, resolved } = checkMap(parsed.map, catalogue)
            // Such a map can't be applied.
            if (problems.length > 0) continue
            await fill(adapter, tables, rows, loggedBefore(tables, logged, rows))
            const own = { id: '', key: 'crm', engine, adapter, scanAdapter: null, mapVersion: 1 }
            const system = { ...own, catalogue, map: resolved }
            const world = { system, tables, map }
            const size = given.small ? 2 : 100_000
            const first = await erase(world, SEARCH, size)
            if (first.how !== 'done') continue
            counted.done++
            // What the map keeps may lead to the person again.
            const isKept = first.sets.some((set) => set.action === 'keep' && set.reason !== 'shared')
            if (!first.chose && !isKept) {
              const again = await propose(adapter, proposalOrder(system, SEARCH), HASH_KEY)
              expect(ids(again.sets.filter(changes))).toEqual([])
            }
            if (given.later) await eraseLater(world, first.sets, size)
          }
        }),
        runs(engine === 'postgres' ? 24 : 10),
      )
      expect(counted.done).toBeGreaterThan(counted.worlds / 6)
    },
    LONGEST,
  )
})
