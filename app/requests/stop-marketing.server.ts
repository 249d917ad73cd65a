import type { Transaction } from '~db/client'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Runtime } from '~/platform/runtime.server'
import { moveRequest } from './move.server'
import type { RequestRow } from './move.server'

/** The task of erasure/ that carries the stop out in every system; its payload is `{requestId}`. */
export const stopMarketingTask = 'erasure.stop_marketing'

/**
 * Sets a stop to direct marketing in motion: absolute, at once, without proof, since it harms nobody (GDPR art. 21(2)
 * and (3)). The request moves to `executing` and its job exists exactly when this transaction stands.
 */
export async function stopMarketing(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  row: RequestRow,
): Promise<RequestRow> {
  const moved = await moveRequest(tx, runtime, {
    requestId: row.id,
    move: 'stop_marketing',
    actor: { kind: 'subject' },
    mover: 'subject',
    set: { decidedAt: runtime.clock.now() },
  })
  if (!moved.ok) throw new Error(`A stop to marketing can't begin: ${moved.reason}`)
  await enqueueJob(tx, stopMarketingTask, { requestId: row.id }, { jobKey: `${stopMarketingTask}:${row.id}` })
  return moved.request
}
