import { withdrawal } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { mailRequester } from './answer-mail.server'
import type { RequestKind } from './kinds'
import type { Mover } from './lifecycle'
import { moveRequest } from './move.server'
import type { Moved } from './move.server'
import { statusUrl } from './status-url'

/**
 * Stops a request on the data subject's word (given in the portal, or to staff): the dated record, the move, and the
 * mail that says so. The caller has made sure that the request is theirs. Refused where lifecycle.ts has no such move:
 * while it is carried out, and when it is over.
 */
export async function withdrawRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; actor: Actor; mover: Mover; version?: number },
): Promise<Moved> {
  const now = runtime.clock.now()
  const moved = await moveRequest(tx, runtime, { ...order, move: 'withdraw', set: { closedAt: now } })
  if (!moved.ok) return moved
  const row = moved.request
  await tx.insert(withdrawal).values({
    requestId: row.id,
    at: now,
    byStaffId: order.actor.kind === 'staff' ? order.actor.id : null,
  })
  await mailRequester(tx, runtime, row, 'withdrawn', ({ name }) => ({
    reference: row.reference,
    kind: row.kind as RequestKind,
    name,
    statusUrl: statusUrl(runtime, row),
  }))
  return moved
}
