import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { message, pause } from '~db/schema'
import type { Transaction } from '~db/client'
import { dayOf } from '~/deadlines/pauses'
import { appendEvidence } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { MailProps } from '~emails/index'
import { mailRequester } from './answer-mail.server'
import { rewriteDates } from './dates.server'
import { messagePlace } from './messages.server'
import { changeRequest, lockRequest, moveRequest } from './move.server'
import type { Moved, RequestRow } from './move.server'
import { openPausesOf } from './open-pauses.server'
import { requestSealer } from './sealed.server'
import { statusUrl } from './status-url'

export const pauseCauses = ['identity', 'clarification'] as const
export type PauseCause = (typeof pauseCauses)[number]

/** `largeQuantity`: staff state that a large quantity of data is processed (recital 63). */
export const pauseSchema = z.object({
  cause: z.enum(pauseCauses),
  largeQuantity: z.boolean(),
  question: z.string().trim().min(10).max(10_000),
})
export type PauseOrder = z.infer<typeof pauseSchema>

export type Paused =
  Moved | { ok: false; reason: 'not_pausable' | 'not_large' | 'already_paused' | 'clock_ran_out' | 'purged' }

/**
 * Asks the data subject something that stops the clock from today: who they are (GDPR art. 12(6)), or, for access to a
 * large quantity of data only, what they are looking for (recital 63). Any other question leaves the clock running
 * (question.server.ts). Ends by itself with the answer.
 */
export async function pauseRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; by: StaffMember; version?: number | undefined } & PauseOrder,
): Promise<Paused> {
  const before = await lockRequest(tx, order.requestId)
  if (!before) return { ok: false, reason: 'unknown_request' }
  if (order.version !== undefined && order.version !== before.version) return { ok: false, reason: 'conflict' }
  if (order.cause === 'clarification' && before.kind !== 'access') return { ok: false, reason: 'not_pausable' }
  if (order.cause === 'clarification' && !order.largeQuantity) return { ok: false, reason: 'not_large' }
  const now = runtime.clock.now()
  const today = dayOf(now, (await readOrganisation(tx))['organisation.zone'])
  if (Temporal.PlainDate.compare(today, before.dueOn) > 0) return { ok: false, reason: 'clock_ran_out' }
  if ((await openPausesOf(tx, before.id)).some((open) => open.cause === order.cause))
    return { ok: false, reason: 'already_paused' }
  const sealer = await requestSealer(tx, runtime, before.id)
  if (!sealer) return { ok: false, reason: 'purged' }
  const actor = { kind: 'staff', id: order.by.id } as const
  const moved = await waitForSubject(tx, runtime, before, order)
  if (!moved.ok) return moved
  await tx.insert(pause).values({
    requestId: before.id,
    at: now,
    byStaffId: order.by.id,
    cause: order.cause,
    largeQuantity: order.cause === 'clarification',
    fromOn: today,
  })
  await tx.insert(message).values({
    requestId: before.id,
    at: now,
    byStaffId: order.by.id,
    direction: 'out',
    bodySealed: sealer.seal(messagePlace, order.question),
    asksQuestion: 1,
  })
  const request = await rewriteDates(tx, runtime, before.id, { why: 'pause', actor })
  await mailRequester(tx, runtime, request, 'paused', ({ name }) => pauseMail(runtime, request, order, today, name))
  return { ok: true, request }
}

// A case that waits for an answer already, on a question that left the clock running, goes on waiting.
async function waitForSubject(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  before: RequestRow,
  { by, cause }: { by: StaffMember; cause: PauseCause },
): Promise<Moved> {
  const set = { firstAnswerAt: before.firstAnswerAt ?? runtime.clock.now() }
  const told = { actor: { kind: 'staff', id: by.id }, verb: 'request.paused' } as const
  if (before.state === 'awaiting_subject') {
    const request = await changeRequest(tx, before, set)
    await appendEvidence(tx, runtime, { ...told, request, data: { cause } })
    return { ok: true, request }
  }
  const mover = by.role === 'admin' ? 'admin' : 'agent'
  return moveRequest(tx, runtime, { ...told, requestId: before.id, move: 'ask', mover, set, evidence: { cause } })
}

/** What the mail of a pause is made of; `fromOn`: the first day on which the clock stands still. */
export function pauseMail(
  runtime: Pick<Runtime, 'publicUrl'>,
  row: RequestRow,
  { cause, question }: Pick<PauseOrder, 'cause' | 'question'>,
  fromOn: Temporal.PlainDate,
  name: string,
): MailProps['paused'] {
  return {
    reference: row.reference,
    name,
    question,
    why: cause,
    fromOn: fromOn.toString(),
    statusUrl: statusUrl(runtime, row),
  }
}
