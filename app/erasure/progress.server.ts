import type { Runtime } from '~/platform/runtime.server'
import type { Receipt } from './receipt.server'
import { changeRunSystem, type RunSystemRow } from './run-records.server'

/** What the receipts of a system add up to. */
export function countsOf(receipts: readonly Receipt[]): { deleted: number; pseudonymised: number; kept: number } {
  const sum = (what: 'deleted' | 'pseudonymised' | 'kept') =>
    receipts.reduce((total, receipt) => total + receipt[what], 0)
  return { deleted: sum('deleted'), pseudonymised: sum('pseudonymised'), kept: sum('kept') }
}

/** Writes down a committed batch, so that who looks sees how many of the planned rows are done, also after a crash. */
export async function recordProgress(
  runtime: Runtime,
  row: RunSystemRow,
  batch: { number: number; of: number; rows: number; receipts: readonly Receipt[] },
): Promise<void> {
  await changeRunSystem(runtime.db, row.id, {
    executedAt: row.executedAt ?? runtime.clock.now(),
    batches: batch.of,
    batchesDone: batch.number + 1,
    rowsDone: batch.rows,
    ...countsOf(batch.receipts),
  })
}
