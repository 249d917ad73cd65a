import type { Transaction } from '~db/client'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { moveRequest } from './move.server'
import type { RequestRow } from './move.server'
import { suppress } from './suppress.server'

/** The task of erasure/ that carries the stop out in every system; its payload is `{requestId}`. */
export const stopMarketingTask = 'erasure.stop_marketing'

/** Whether this is the one thing that is carried out without proof (GDPR art. 21(3)). */
export function isMarketingStop(row: Pick<RequestRow, 'kind' | 'objectionTo'>): boolean {
  return row.kind === 'objection' && row.objectionTo === 'direct_marketing'
}

/**
 * Sets a stop to direct marketing in motion: absolute, at once, without proof, since it harms nobody (GDPR art. 21(2)
 * and (3)). The address is on the suppression list, the request is `executing` and its job exists exactly when this
 * transaction stands.
 */
export async function stopMarketing(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  row: RequestRow,
  { email, actor }: { email: string | null | undefined; actor: Actor },
): Promise<RequestRow> {
  const moved = await moveRequest(tx, runtime, {
    requestId: row.id,
    move: 'stop_marketing',
    actor,
    mover: actor.kind === 'subject' ? 'subject' : 'system',
    set: { decidedAt: runtime.clock.now() },
  })
  if (!moved.ok) throw new Error(`A stop to marketing can't begin: ${moved.reason}`)
  await suppress(tx, runtime, { emails: email ? [email] : [], reason: 'objection', requestId: row.id })
  await enqueueJob(tx, stopMarketingTask, { requestId: row.id }, { jobKey: `${stopMarketingTask}:${row.id}` })
  return moved.request
}
