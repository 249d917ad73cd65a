import { z } from 'zod'
import { decision } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { MailProps } from '~emails/index'
import { mailRequester } from './answer-mail.server'
import type { RequestKind } from './kinds'
import { lockRequest, moveRequest } from './move.server'
import type { Moved, RequestRow } from './move.server'
import { awaitsTasks } from './outside/list-tasks.server'
import { requestSealer } from './sealed.server'
import { statusUrl } from './status-url'

export const completionSchema = z.object({ answer: z.string().trim().min(10).max(10_000) })

/**
 * Answers a request that needs no plan, in own words, and closes it: the decision as a record, and the mail `completed`.
 * An erasure never ends this way; its end is what verification found.
 */
export async function completeRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; answer: string; by: StaffMember; version?: number | undefined },
): Promise<Moved | { ok: false; reason: 'needs_plan' | 'places_open' | 'purged' }> {
  const before = await lockRequest(tx, order.requestId)
  if (!before) return { ok: false, reason: 'unknown_request' }
  if (before.kind === 'erasure') return { ok: false, reason: 'needs_plan' }
  if (await awaitsTasks(tx, before.id)) return { ok: false, reason: 'places_open' }
  const sealer = await requestSealer(tx, runtime, before.id)
  if (!sealer) return { ok: false, reason: 'purged' }
  const now = runtime.clock.now()
  const moved = await moveRequest(tx, runtime, {
    requestId: before.id,
    version: order.version,
    move: 'complete',
    actor: { kind: 'staff', id: order.by.id },
    mover: order.by.role === 'admin' ? 'admin' : 'agent',
    set: { decidedAt: before.decidedAt ?? now, firstAnswerAt: before.firstAnswerAt ?? now, closedAt: now },
  })
  if (!moved.ok) return moved
  await tx.insert(decision).values({
    requestId: before.id,
    at: now,
    byStaffId: order.by.id,
    outcome: 'answered',
    reasonSealed: sealer.seal('decision.reason', order.answer),
  })
  await mailRequester(tx, runtime, moved.request, 'completed', ({ name }) =>
    completionMail(runtime, moved.request, order.answer, name),
  )
  return moved
}

export function completionMail(
  runtime: Pick<Runtime, 'publicUrl'>,
  row: RequestRow,
  answer: string,
  name: string,
): MailProps['completed'] {
  return { reference: row.reference, kind: row.kind as RequestKind, name, answer, statusUrl: statusUrl(runtime, row) }
}
