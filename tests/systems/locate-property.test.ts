import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyword } from '~/systems/adapters/sql'
import { checkMap } from '~/systems/check-map'
import { locate } from '~/systems/locate/locate'
import { parseDataMap } from '~/systems/parse-map'
import { databaseWith, engines } from './databases'
import { naiveClosure, type RandomDatabase } from './naive-closure'

const TABLES = 5
const random: fc.Arbitrary<RandomDatabase> = fc.record({
  tables: fc.constant(TABLES),
  subjects: fc.constant([true, false, false, false, false]),
  links: fc
    .array(
      fc.record({
        table: fc.integer({ min: 1, max: TABLES - 1 }),
        // Mostly a table nearer to the persons; now and then any, which makes cycles.
        near: fc.integer({ min: 0, max: 11 }),
        kind: fc.constantFrom('child' as const, 'value' as const),
        column: fc.integer({ min: 0, max: 5 }),
        where: fc.nat(3).map((n) => n === 0),
        // A join table: its rows belong to the row to which they refer, and that row belongs to them.
        back: fc.boolean(),
      }),
      { minLength: 5, maxLength: 10 },
    )
    .map((links) =>
      links
        .map(({ near, ...l }) => ({ ...l, other: near > 8 ? near - 8 : near % l.table }))
        .flatMap(({ back, ...l }) =>
          back && l.kind === 'child' ? [l, { ...l, table: l.other, other: l.table, kind: 'value' as const }] : [l],
        )
        .filter((l) => l.table !== l.other || l.kind === 'child'),
    ),
  rows: fc.array(
    fc.array(
      fc.record({
        refs: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 6 }),
        kind: fc.constantFrom('a' as const, 'b' as const),
        mine: fc.nat(2).map((n) => n === 0),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    { minLength: TABLES, maxLength: TABLES },
  ),
})

function statements(db: RandomDatabase): string[] {
  return db.rows.flatMap((rows, t) => [
    `DELETE FROM t${t}`,
    `INSERT INTO t${t} VALUES ${rows
      .map(
        (row, i) =>
          `(${i + 1}, ${row.refs.map((r) => (r === 0 ? 'NULL' : r)).join(', ')}, '${row.kind}', ${row.mine ? "'me@x.nl'" : 'NULL'})`,
      )
      .join(', ')}`,
  ])
}

function mapOf(db: RandomDatabase): string {
  const tables = db.rows.map((_, t) => {
    const links = db.links
      .filter((link) => link.table === t)
      .map((link) => {
        const [mine, theirs] = link.kind === 'child' ? [`r${link.column}`, 'id'] : ['id', `r${link.column}`]
        const where = link.where ? `, where: {${link.kind === 'child' ? 'kind' : `t${link.other}.kind`}: a}` : ''
        return `{table: t${link.other}, on: {${mine}: ${theirs}}${where}}`
      })
    const subject = db.subjects[t] ? 'subject: {email: mail}, ' : ''
    if (!subject && links.length === 0) return `  t${t}: {personal: false}`
    return `  t${t}: {${subject}belongs_to: [${links.join(', ')}], erase: delete}`
  })
  return `version: 1\nsystem: crm\nbackups: {kept: P1D}\ntables:\n${tables.join('\n')}`
}

describe.each(engines)('on %s', (engine) => {
  test('the located set is the one that a row by row closure finds', async () => {
    const adapter = await databaseWith(
      engine,
      Array.from(
        { length: TABLES },
        (_, t) =>
          `CREATE TABLE t${t} (id int primary key, ${[0, 1, 2, 3, 4, 5].map((c) => `r${c} int`).join(', ')}, kind varchar(5), mail varchar(50))`,
      ),
    )
    const catalogue = await adapter.readCatalogue()
    await fc.assert(
      fc.asyncProperty(random, async (db) => {
        for (const statement of statements(db)) await adapter.run(keyword(statement))
        const parsed = parseDataMap(mapOf(db))
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
        const { resolved } = checkMap(parsed.map, catalogue)
        const person = await locate(adapter, resolved, { email: ['me@x.nl'] }, { suggestions: false })
        const flat = (rows: typeof person.rows) =>
          [...rows].flatMap(([t, list]) => list.map((r) => `${t.slice(1)}:${r.key[0] ?? ''}`)).sort()
        expect({ rows: flat(person.rows), shared: flat(person.shared) }).toEqual(naiveClosure(db))
      }),
      { numRuns: engine === 'postgres' ? 300 : 120, seed: 20250131 },
    )
  }, 240_000)
})
