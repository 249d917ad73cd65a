import { z } from 'zod'
import { decision } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { MailProps } from '~emails/index'
import { mailRequester } from './answer-mail.server'
import { lockRequest, moveRequest } from './move.server'
import type { Moved, RequestRow } from './move.server'
import { requestSealer } from './sealed.server'
import { statusUrl } from './status-url'

export const dismissalSchema = z.object({ answer: z.string().trim().min(10).max(10_000) })

/**
 * What somebody sent is no request under the GDPR (a complaint, spam, another matter): answered politely in own words, and
 * out of the figures. A person's right is not at stake, so no remedies are named; a mistake is mended by a new request.
 */
export async function dismissRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; answer: string; by: StaffMember; version?: number | undefined },
): Promise<Moved | { ok: false; reason: 'purged' }> {
  const before = await lockRequest(tx, order.requestId)
  if (!before) return { ok: false, reason: 'unknown_request' }
  const sealer = await requestSealer(tx, runtime, before.id)
  if (!sealer) return { ok: false, reason: 'purged' }
  const now = runtime.clock.now()
  const moved = await moveRequest(tx, runtime, {
    requestId: before.id,
    version: order.version,
    move: 'dismiss',
    actor: { kind: 'staff', id: order.by.id },
    mover: order.by.role === 'admin' ? 'admin' : 'agent',
    set: { decidedAt: now, firstAnswerAt: before.firstAnswerAt ?? now, closedAt: now },
  })
  if (!moved.ok) return moved
  await tx.insert(decision).values({
    requestId: before.id,
    at: now,
    byStaffId: order.by.id,
    outcome: 'not_a_request',
    reasonSealed: sealer.seal('decision.reason', order.answer),
  })
  await mailRequester(tx, runtime, moved.request, 'dismissed', ({ name }) =>
    dismissalMail(runtime, moved.request, order.answer, name),
  )
  return moved
}

export function dismissalMail(
  runtime: Pick<Runtime, 'publicUrl'>,
  row: RequestRow,
  answer: string,
  name: string,
): MailProps['dismissed'] {
  return { reference: row.reference, name, answer, statusUrl: statusUrl(runtime, row) }
}
