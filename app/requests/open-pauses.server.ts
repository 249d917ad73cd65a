import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { pause } from '~db/schema'
import type { Executor, Transaction } from '~db/client'

export type PauseRow = typeof pause.$inferSelect

/** The pauses of a request in which its clock stands still now. */
export function openPausesOf(db: Executor, requestId: string): Promise<PauseRow[]> {
  return db
    .select()
    .from(pause)
    .where(and(eq(pause.requestId, requestId), isNull(pause.untilOn)))
}

/** Ends pauses: the clock runs again from `untilOn` (a day in the organisation's zone). `byStaffId` null: by itself. */
export async function writeEndOfPauses(
  tx: Transaction,
  pauses: readonly PauseRow[],
  end: { untilOn: Temporal.PlainDate; endedAt: Temporal.Instant; byStaffId: string | null },
): Promise<void> {
  if (pauses.length === 0) return
  const ids = pauses.map(({ id }) => id)
  await tx
    .update(pause)
    .set({ untilOn: end.untilOn, endedAt: end.endedAt, endedByStaffId: end.byStaffId })
    .where(and(inArray(pause.id, ids), isNull(pause.untilOn)))
}
