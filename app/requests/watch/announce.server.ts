import { watchNotice } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { RequestRow } from '../move.server'

/** A case came in: the next round of the watch tells the group on duty, in one mail with others that came in meanwhile. */
export async function announceCase(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock'>,
  row: Pick<RequestRow, 'id' | 'receivedOn'>,
): Promise<void> {
  await tx
    .insert(watchNotice)
    .values({
      requestId: row.id,
      audience: 'new_case',
      days: 0,
      onDay: row.receivedOn,
      at: runtime.clock.now(),
    })
    .onConflictDoNothing()
}
