import type { List } from '~/systems/list'
import type { RowKey } from '~/systems/located'
import { deleteOrder, goesLast } from './delete-order'
import { columnsReferringToRewritten } from './key-columns'
import { modelTable, type Model } from './model'
import type { PlanContents } from './plan-store.server'
import { changes, type RowSet } from './row-sets'

export type Batch = Pick<PlanContents, 'sets' | 'cuts'> & {
  /** Rows that go in this or a later batch and refer to each other in a circle, by table: the circle is broken here. */
  readonly circles?: ReadonlyMap<string, readonly List<RowKey>[]>
  /** Log rows that the plan keeps, whichever batch they stand in: no batch may clear them. */
  readonly keptLogs?: readonly RowSet[]
}

/**
 * A plan in pieces that one transaction each can hold: first what is rewritten, then what is deleted, those that refer before
 * those that are referred to, logs last. Rows whose own key follows a rewritten one come before it is rewritten. The order is
 * the plan's own, so that batch N is the same after a crash. `size`: up to here one transaction does it all; the run's own.
 */
export function batchesOf(model: Model, contents: Pick<PlanContents, 'sets' | 'cuts'>, size: number): Batch[] {
  const changing = contents.sets.filter(changes)
  const total = changing.reduce((sum, set) => sum + set.rows.length, 0)
  if (total <= size) return [{ sets: contents.sets, cuts: contents.cuts }]
  const { order, circular } = deleteOrder(model, [...new Set(changing.map((set) => set.table))])
  const moved = columnsReferringToRewritten(model, contents.sets)
  const rank = (set: RowSet) => {
    const { resolved } = modelTable(model, set.table)
    if (goesLast(model, set)) return 3_000_000
    if (resolved.key.some((column) => moved.get(set.table)?.has(column.name))) return order.indexOf(set.table)
    return set.action === 'delete' ? 2_000_000 + order.indexOf(set.table) : 1_000_000
  }
  type Filling = { sets: RowSet[]; cuts: PlanContents['cuts']; circles?: Map<string, List<RowKey>[]> }
  const batches: Filling[] = [{ sets: contents.sets.filter((set) => !changes(set)), cuts: contents.cuts }]
  let room = size
  for (const set of [...changing].sort((a, b) => rank(a) - rank(b)))
    for (let at = 0; at < set.rows.length;) {
      if (room === 0) {
        batches.push({ sets: [], cuts: [] })
        room = size
      }
      const rows = set.rows.slice(at, at + room)
      batches.at(-1)?.sets.push({ ...set, rows })
      at += rows.length
      room -= rows.length
    }
  const first = batches.find((batch) => batch.sets.some((set) => set.action === 'delete' && circular.has(set.table)))
  if (first) first.circles = goingRows(contents.sets.filter((set) => circular.has(set.table)))
  const keptLogs = contents.sets.filter((set) => set.action === 'keep' && modelTable(model, set.table).map.history)
  return batches.map((batch) => ({ ...batch, keptLogs }))
}

/** Keys of the rows that go, by table. */
export function goingRows(sets: readonly RowSet[]): Map<string, List<RowKey>[]> {
  const going = new Map<string, List<RowKey>[]>()
  for (const { table, action, rows } of sets)
    if (action === 'delete') going.set(table, [...(going.get(table) ?? []), rows.keys])
  return going
}
