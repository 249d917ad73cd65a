import { expect } from 'vitest'
import type { RowSet, StoredCut } from '~/erasure/row-sets'
import type { DatabaseAdapter, Row } from '~/systems/adapters/adapter'
import { identifier, sql } from '~/systems/adapters/sql'
import { idOf, Naive } from '~tests/systems/naive-closure'
import type { MapTables } from '~tests/systems/random/map'
import type { Rows } from '~tests/systems/random/rows'
import type { RandomTable } from '~tests/systems/random/schema'
import { LOG } from './rules'

/** A random database before and after a plan was carried out. */

export interface Snapshot {
  readonly rows: Rows
  readonly log: readonly Row[]
}

export async function snapshot(adapter: DatabaseAdapter, tables: readonly RandomTable[]): Promise<Snapshot> {
  const rows: Row[][] = []
  for (const table of tables) rows.push([...(await adapter.query(sql`select * from ${identifier(table.name)}`))])
  return { rows, log: await adapter.query(sql`select * from ${identifier(LOG)}`) }
}

/** The rows of keyed tables by id. */
function byId(tables: readonly RandomTable[], { rows }: Snapshot): Map<string, Row> {
  return new Map(
    tables.flatMap((table, t) =>
      table.key.length > 0
        ? (rows[t] ?? []).map(
            (row) =>
              [
                idOf(
                  table.name,
                  table.key.map((c) => row[c] ?? ''),
                ),
                row,
              ] as const,
          )
        : [],
    ),
  )
}

/** The rows of these sets by id. */
export const ids = (sets: readonly RowSet[]) => sets.flatMap((set) => set.rows.map((row) => idOf(set.table, row.key)))

/** Rows to delete that wait for each other by foreign keys which can be neither emptied nor put off: nobody can. */
export function waitsInCircle(tables: readonly RandomTable[], before: Snapshot, going: ReadonlySet<string>): boolean {
  const rows = byId(tables, before)
  const waits = new Map<string, string[]>()
  for (const table of tables)
    for (const key of table.foreignKeys.filter((each) => !each.deferred && each.onDelete !== 'set null')) {
      const stays = key.columns.every((c) => table.groups.some((g) => (g.notNull || g.isKey) && g.columns.includes(c)))
      if (!stays) continue
      for (const [id, row] of rows)
        for (const [other, referred] of rows)
          if (
            id.startsWith(`${table.name}:`) &&
            other.startsWith(`${tables[key.table]?.name ?? ''}:`) &&
            id !== other &&
            key.columns.every((c, i) => row[c] === referred[key.referenced[i] ?? ''])
          )
            waits.set(id, [...(waits.get(id) ?? []), other])
    }
  const left = new Set(going)
  for (let changed = true; changed;) {
    changed = false
    for (const id of left) {
      if (waits.get(id)?.some((other) => left.has(other))) continue
      left.delete(id)
      changed = true
    }
  }
  return left.size > 0
}

/** Nothing changed but what the plan says, and nothing refers to what is gone. */
export function compare(
  world: { readonly tables: readonly RandomTable[]; readonly map: MapTables },
  before: Snapshot,
  after: Snapshot,
  sets: readonly RowSet[],
  cuts: readonly StoredCut[],
) {
  const { tables, map } = world
  const [was, is] = [byId(tables, before), byId(tables, after)]
  const keyed = sets.filter((set) => tables.some((table) => table.name === set.table && table.key.length > 0))
  const gone = new Set(ids(keyed.filter((set) => set.action === 'delete')))
  const rewritten = new Set(ids(keyed.filter((set) => set.action === 'pseudonymise')))
  const written = new Map<string, Set<string>>()
  const note = (id: string, columns: readonly string[]) =>
    written.set(id, new Set([...(written.get(id) ?? []), ...columns]))
  for (const set of keyed)
    for (const id of ids([set])) note(id, [...Object.keys(set.set), ...set.columns.map((change) => change.column)])
  for (const cut of cuts) for (const row of cut.rows) if (row.key) note(idOf(cut.table, row.key), cut.columns)

  for (const [id, row] of was) {
    const now = is.get(id)
    expect([id, now === undefined]).toEqual([id, gone.has(id)])
    if (!now) continue
    const changed = Object.keys(row).filter((column) => row[column] !== now[column])
    expect([id, changed.filter((column) => !written.get(id)?.has(column))]).toEqual([id, []])
    if (rewritten.has(id)) expect([id, row.note]).not.toEqual([id, now.note])
  }
  expect([...is.keys()].filter((id) => !was.has(id))).toEqual([])

  tables.forEach((table, t) => {
    if (table.key.length > 0) return
    const going = sets.filter((set) => set.table === table.name && set.action === 'delete')
    const number = going.reduce((sum, set) => sum + set.rows.counted, 0)
    expect(after.rows[t]?.length).toBe((before.rows[t]?.length ?? 0) - number)
  })
  // Lines about a row that the plan changed are gone, also those that its own triggers wrote; all others are there.
  const about = (line: Row) => {
    const table = tables[Number(line.row_table)]
    return table ? idOf(table.name, [line.row_key ?? '', ...(line.row_more === null ? [] : [line.row_more ?? ''])]) : ''
  }
  const cleared = (line: Row) =>
    map[tables[Number(line.row_table)]?.name ?? '']?.erase !== undefined &&
    (gone.has(about(line)) || rewritten.has(about(line)))
  expect(after.log.filter(cleared)).toEqual([])
  const old = (lines: readonly Row[]) =>
    lines
      .filter((line) => !cleared(line) && line.old_note === 'an older note')
      .map(about)
      .sort()
  expect(old(after.log)).toEqual(old(before.log))

  // What stays, beside what is gone: nothing that is there refers to it.
  const mixed = tables.map((table, t) => [
    ...(after.rows[t] ?? []),
    ...[...was].flatMap(([id, row]) => (gone.has(id) && id.startsWith(`${table.name}:`) ? [row] : [])),
  ])
  const hanging = new Naive({ tables, map, rows: mixed })
    .references()
    .filter(({ from, to }) => gone.has(to.id) && !gone.has(from.id) && from.table.key.length > 0)
    .map(({ from, to }) => `${from.id} -> ${to.id}`)
  expect(hanging).toEqual([])
}
