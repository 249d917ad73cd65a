import { withdrawal } from '~db/schema'
import type { Transaction } from '~db/client'
import { sendMail } from '~/mail/send.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import type { Language, RequestKind } from './kinds'
import type { Mover } from './lifecycle'
import { moveRequest } from './move.server'
import type { Moved } from './move.server'
import { openPersonal } from './personal.server'
import { requestSealer } from './sealed.server'
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
  const { email, name } = openPersonal(await requestSealer(tx, runtime, row.id), row)
  if (email)
    await sendMail(tx, runtime, {
      template: 'withdrawn',
      to: email,
      language: row.language as Language,
      requestId: row.id,
      idempotencyKey: `withdrawn:${row.id}:${row.version}`,
      props: {
        reference: row.reference,
        kind: row.kind as RequestKind,
        name: name ?? '',
        statusUrl: statusUrl(runtime, row),
      },
    })
  return moved
}
