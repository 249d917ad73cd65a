import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { carryOut } from '~/erasure/carry-out.server'
import type { PlanContents, PlanSearch } from '~/erasure/plan-store.server'
import { propose, type ProposalOrder } from '~/erasure/propose.server'
import { changes, storedCuts } from '~/erasure/row-sets'
import { verifySystem } from '~/erasure/verify.server'
import type { DatabaseAdapter } from '~/systems/adapters/adapter'
import { keyword } from '~/systems/adapters/sql'
import { checkMap } from '~/systems/check-map'
import { parseDataMap } from '~/systems/parse-map'
import type { OpenSystem } from '~/systems/registry.server'
import { databaseWith, engines } from '~tests/systems/databases'

const TABLES = 5
const COLUMNS = [0, 1, 2, 3, 4, 5]
const actions = ['delete', 'pseudonymise', 'keep'] as const

const random = fc.record({
  actions: fc.array(fc.constantFrom(...actions, 'delete' as const, 'pseudonymise' as const), {
    minLength: TABLES,
    maxLength: TABLES,
  }),
  links: fc.array(
    fc.record({
      table: fc.integer({ min: 1, max: TABLES - 1 }),
      near: fc.integer({ min: 0, max: TABLES - 1 }),
      kind: fc.constantFrom('child' as const, 'child' as const, 'value' as const),
      column: fc.integer({ min: 0, max: 5 }),
      where: fc.nat(3).map((n) => n === 0),
    }),
    { minLength: 5, maxLength: 9 },
  ),
  cut: fc.boolean(),
  rows: fc.array(
    fc.array(
      fc.record({
        refs: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 6, maxLength: 6 }),
        kind: fc.constantFrom('a', 'b'),
        mine: fc.nat(2).map((n) => n === 0),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    { minLength: TABLES, maxLength: TABLES },
  ),
})
type Random = typeof random extends fc.Arbitrary<infer T> ? T : never

interface Link {
  readonly table: number
  readonly other: number
  readonly kind: 'child' | 'value'
  readonly column: number
  readonly where: boolean
}

const linksOf = (db: Random): Link[] =>
  db.links
    .map(({ near, ...link }) => ({ ...link, other: near % link.table }))
    .filter((link) => link.table !== link.other)

function mapOf(db: Random): string {
  const columns = (subject: boolean) =>
    `columns: {${subject ? 'mail: {category: contact, with: pseudonym}, ' : ''}note: {category: content, with: pseudonym}}`
  const tables = db.rows.map((_, t) => {
    const own = linksOf(db).filter((link) => link.table === t)
    const links = own.map((link) => {
      const [mine, theirs] =
        link.kind === 'child' ? [`r${String(link.column)}`, 'id'] : ['id', `r${String(link.column)}`]
      const where = link.where ? `, where: {${link.kind === 'child' ? 'kind' : `t${String(link.other)}.kind`}: a}` : ''
      return `{table: t${String(link.other)}, on: {${mine}: ${theirs}}${where}}`
    })
    if (t > 0 && links.length === 0) return `  t${String(t)}: {personal: false}`
    const action = db.actions[t] ?? 'delete'
    const cut = t === 0 && db.cut ? ', links_to: [{table: t0, on: {r0: id}}]' : ''
    const belongs = links.length > 0 ? `belongs_to: [${links.join(', ')}], ` : ''
    const reason = action === 'keep' ? ', reason: because' : ''
    return `  t${String(t)}: {${t === 0 ? 'subject: {email: mail}, ' : ''}${belongs}erase: ${action}${reason}, ${columns(t === 0)}${cut}}`
  })
  return `version: 1\nsystem: crm\nbackups: {kept: P1D}\ntables:\n${tables.join('\n')}`
}

type Snapshot = Map<string, Readonly<Record<string, string | null>>>

async function snapshot(adapter: DatabaseAdapter): Promise<Snapshot> {
  const all: Snapshot = new Map()
  for (let t = 0; t < TABLES; t++)
    for (const row of await adapter.query(keyword(`select * from t${String(t)}`)))
      all.set(`t${String(t)}:${row.id ?? ''}`, row)
  return all
}

/** Links of the map, whose `where` holds, from a row that is there to a row that is not. */
function dangling(db: Random, rows: Snapshot): string[] {
  return linksOf(db).flatMap((link) => {
    const [from, onto] = link.kind === 'child' ? [link.table, link.other] : [link.other, link.table]
    return [...rows].flatMap(([id, row]) => {
      const value = row[`r${String(link.column)}`] ?? null
      if (!id.startsWith(`t${String(from)}:`) || value === null || (link.where && row.kind !== 'a')) return []
      return rows.has(`t${String(onto)}:${value}`) ? [] : [`${id} r${String(link.column)} t${String(onto)}:${value}`]
    })
  })
}

describe.each(engines)('a plan carried out on %s, whatever the schema', (engine) => {
  it('touches no row beyond it, leaves no reference hanging, is verified, and has nothing to do again', async () => {
    const adapter = await databaseWith(
      engine,
      Array.from(
        { length: TABLES },
        (_, t) =>
          `create table t${String(t)} (id int primary key, ${COLUMNS.map((c) => `r${String(c)} int`).join(', ')}, kind varchar(5), mail varchar(60), note varchar(40))`,
      ),
    )
    const catalogue = await adapter.readCatalogue()
    await fc.assert(
      fc.asyncProperty(random, async (db) => {
        for (const [t, rows] of db.rows.entries()) {
          await adapter.run(keyword(`delete from t${String(t)}`))
          const values = rows.map(
            (row, i) =>
              `(${String(i + 1)}, ${row.refs.map((r) => (r === 0 ? 'null' : String(r))).join(', ')}, '${row.kind}', ${row.mine ? "'me@x.nl'" : `'other${String(i)}@x.nl'`}, 'note ${String(t)}.${String(i)}')`,
          )
          await adapter.run(keyword(`insert into t${String(t)} values ${values.join(', ')}`))
        }
        const parsed = parseDataMap(mapOf(db))
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
        const { resolved } = checkMap(parsed.map, catalogue)
        const system: OpenSystem = {
          id: '',
          key: 'crm',
          engine,
          adapter,
          scanAdapter: null,
          catalogue,
          map: resolved,
          mapVersion: 1,
        }
        const order: ProposalOrder = {
          system,
          identifiers: { email: ['me@x.nl'] },
          subjects: [],
          rows: null,
          facts: {},
          intent: { kind: 'erase', only: null },
          today: Temporal.PlainDate.from('2026-03-02'),
          rules: { fiscalYearEnd: '12-31', zone: 'UTC' },
          held: new Set(),
          suggestions: false,
        }
        const before = await snapshot(adapter)
        const [hashKey, key] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
        const proposal = await propose(adapter, order, hashKey)
        const { sets } = proposal
        const cuts = storedCuts(proposal.decided.cuts)
        const { model, traces } = proposal
        const done = await adapter.transaction((tx) => carryOut(tx, { model, key, traces }, { sets, cuts }))
        const after = await snapshot(adapter)

        const of = (chosen: typeof sets) =>
          new Set(chosen.flatMap((set) => set.rows.map((row) => `${set.table}:${row.key[0] ?? ''}`)))
        const gone = of(sets.filter((set) => set.action === 'delete'))
        const touched = of(sets.filter(changes))
        for (const cut of cuts) for (const row of cut.rows) touched.add(`${cut.table}:${row.key?.[0] ?? ''}`)
        for (const [id, row] of before) {
          if (gone.has(id)) expect(after.has(id)).toBe(false)
          else if (!touched.has(id)) expect(after.get(id)).toEqual(row)
        }
        for (const id of of(sets.filter((set) => set.action === 'pseudonymise')))
          expect(after.get(id)?.note).not.toBe(before.get(id)?.note)
        expect(after.size).toBe(before.size - gone.size)
        const hung = new Set(dangling(db, before))
        expect(dangling(db, after).filter((each) => !hung.has(each))).toEqual([])

        const search: PlanSearch = {
          identifiers: { email: ['me@x.nl'] },
          facts: {},
          subjects: [],
          rows: null,
          findings: null,
          only: null,
          intent: { kind: 'erase', only: null },
          today: '2026-03-02',
          rules: order.rules,
          held: [],
        }
        const contents: PlanContents = { sets, cuts, traces: { identifiers: [], phones: [], names: [] }, files: [] }
        const receipts = [{ ...done, kept: 0 }]
        expect(
          await verifySystem({ system, contents, search, hashKey, key, receipts, rowsPerBatch: 100_000 }),
        ).toBeNull()
        if (db.actions[0] !== 'keep') {
          const again = await propose(adapter, order, hashKey)
          const stays = sets.some((set) => set.table === 't0' && set.action === 'keep')
          if (!stays) expect(again.sets).toEqual([])
        }
      }),
      { numRuns: engine === 'postgres' ? 150 : 60, seed: 20260302 },
    )
  }, 240_000)
})
