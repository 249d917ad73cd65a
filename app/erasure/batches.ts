import { deleteOrder } from './delete-order'
import { modelTable, type Model } from './model'
import type { PlanContents } from './plan-store.server'
import { changes, type RowSet } from './row-sets'

/** Up to here one transaction does it all. */
export const ROWS_PER_BATCH = 100_000

export type Batch = Pick<PlanContents, 'sets' | 'cuts'>

/**
 * A plan in pieces that one transaction each can hold: first what is rewritten, then what is deleted, those that refer before
 * those that are referred to, logs last. The order is the plan's own, so that batch N is the same after a crash.
 */
export function batchesOf(model: Model, contents: Pick<PlanContents, 'sets' | 'cuts'>, size = ROWS_PER_BATCH): Batch[] {
  const changing = contents.sets.filter(changes)
  const total = changing.reduce((sum, set) => sum + set.rows.length, 0)
  if (total <= size) return [{ sets: contents.sets, cuts: contents.cuts }]
  const { order } = deleteOrder(model, [...new Set(changing.map((set) => set.table))])
  const rank = (set: RowSet) => {
    const last = modelTable(model, set.table).map.history ? 2_000_000 : 0
    return last + (set.action === 'delete' ? 1_000_000 + order.indexOf(set.table) : 0)
  }
  const batches: Batch[] = [{ sets: contents.sets.filter((set) => !changes(set)), cuts: contents.cuts }]
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
  return batches
}
