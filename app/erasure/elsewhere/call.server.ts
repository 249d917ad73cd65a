import { and, desc, eq, isNull } from 'drizzle-orm'
import { webhookCall } from '~db/schema'
import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { requestSealer, type RequestSealer } from '~/requests/sealed.server'
import { SystemError } from '~/systems/adapters/adapter'
import type { Identifiers } from '~/systems/located'
import type { SystemRow } from '~/systems/registry.server'
import { callWebhook } from '~/systems/webhook/call.server'
import { webhookAnswerSchema, type WebhookAnswer, type WebhookVerb } from '~/systems/webhook/messages'

export type CallRow = typeof webhookCall.$inferSelect

/** So long a service that accepted a call may take to answer. */
const answerWithinHours = 72

export interface Question {
  readonly request: { readonly id: string; readonly reference: string }
  /** The task of a run, or the package, that this is asked for; null: for a plan, or for somebody who looks. */
  readonly taskId: string | null
  readonly verb: WebhookVerb
  readonly cause: string
  readonly identifiers: Identifiers
}

export type Asked =
  | { readonly state: 'done'; readonly answer: WebhookAnswer }
  /** It answers by callback, at the latest at `until` (RFC 3339). */
  | { readonly state: 'accepted'; readonly callId: string; readonly until: string }
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'failed'; readonly kind: string; readonly code: string }

export const answerPlace = (callId: string) => `webhook_call.answer:${callId}`

/**
 * Asks a service something, and knows what it was asked before: a call that is under way is sent again under the same id, an
 * answer that came is taken up. Written down before it is sent, in a transaction of its own, so that a crash at any moment
 * asks the same thing again and no answer comes too early.
 */
export async function askService(
  runtime: Pick<Runtime, 'db' | 'keys' | 'clock' | 'settings' | 'publicUrl'>,
  system: SystemRow,
  question: Question,
): Promise<Asked> {
  const sealer = await requestSealer(runtime.db, runtime, question.request.id)
  if (!sealer) return { state: 'failed', kind: 'purged', code: 'purged' }
  const before = await latestCall(runtime.db, system.id, question)
  if (before && (before.state === 'done' || (before.state === 'used' && question.taskId)))
    return takeUp(runtime.db, sealer, before)
  if (before?.state === 'accepted') {
    const until = (before.lastTryAt ?? before.at).add({ hours: answerWithinHours })
    if (until.epochMilliseconds > runtime.clock.now().epochMilliseconds)
      return { state: 'accepted', callId: before.id, until: until.toString() }
    // Too late: said once, and asked again under the same id when somebody tries again.
    await change(runtime.db, before.id, { state: 'no_answer', failure: { kind: 'no_answer', code: null } })
    return { state: 'failed', kind: 'no_answer', code: `${String(answerWithinHours)}h` }
  }
  const again = before && (before.state === 'waiting' || before.state === 'no_answer') ? before : undefined
  return send(runtime, system, question, sealer, again ?? (await newCall(runtime, system, question, sealer)))
}

async function latestCall(db: Executor, systemId: string, { request, taskId, verb }: Question) {
  const [row] = await db
    .select()
    .from(webhookCall)
    .where(
      and(
        eq(webhookCall.systemId, systemId),
        eq(webhookCall.requestId, request.id),
        eq(webhookCall.verb, verb),
        taskId === null ? isNull(webhookCall.taskId) : eq(webhookCall.taskId, taskId),
      ),
    )
    .orderBy(desc(webhookCall.at), desc(webhookCall.id))
    .limit(1)
  return row
}

async function newCall(
  runtime: Pick<Runtime, 'db' | 'clock'>,
  system: SystemRow,
  { request, taskId, verb, cause, identifiers }: Question,
  sealer: RequestSealer,
): Promise<CallRow> {
  const id = crypto.randomUUID()
  const [row] = await runtime.db
    .insert(webhookCall)
    .values({
      id,
      systemId: system.id,
      systemKey: system.key,
      requestId: request.id,
      taskId,
      verb,
      orderSealed: sealer.seal(`webhook_call.order:${id}`, JSON.stringify({ cause, identifiers: named(identifiers) })),
      at: runtime.clock.now(),
    })
    .returning()
  if (!row) throw new Error('A call was not written down')
  return row
}

async function send(
  runtime: Pick<Runtime, 'db' | 'keys' | 'clock' | 'settings' | 'publicUrl'>,
  system: SystemRow,
  { request, verb, cause, identifiers }: Question,
  sealer: RequestSealer,
  { id, tries }: CallRow,
): Promise<Asked> {
  const now = runtime.clock.now()
  await change(runtime.db, id, { tries: tries + 1, lastTryAt: now, state: 'waiting' })
  try {
    const answer = await callWebhook(runtime, system, {
      id,
      verb,
      order: {
        call: id,
        reference: request.reference,
        cause,
        identifiers: named(identifiers),
        answerTo: `${runtime.publicUrl}/api/v1/webhooks/${id}`,
      },
    })
    if (answer.status === 'accepted') {
      // Its callback may have been quicker than its own receipt.
      await change(runtime.db, id, { state: 'accepted', failure: null }, 'waiting')
      return { state: 'accepted', callId: id, until: now.add({ hours: answerWithinHours }).toString() }
    }
    await change(runtime.db, id, {
      state: answer.status === 'done' ? 'used' : 'refused',
      answeredAt: now,
      answerSealed: sealer.seal(answerPlace(id), JSON.stringify(answer)),
      failure: null,
    })
    return outcomeOf(answer)
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    const { kind, code } = error
    await change(
      runtime.db,
      id,
      { state: kind === 'refused' ? 'refused' : 'no_answer', failure: { kind, code } },
      'waiting',
    )
    return kind === 'refused'
      ? { state: 'refused', reason: code ?? kind }
      : { state: 'failed', kind, code: code ?? kind }
  }
}

async function takeUp(db: Executor, sealer: RequestSealer, call: CallRow): Promise<Asked> {
  if (!call.answerSealed) throw new Error('An answered call without its answer')
  const answer = webhookAnswerSchema.parse(JSON.parse(sealer.open(answerPlace(call.id), call.answerSealed)))
  await change(db, call.id, { state: 'used' })
  return outcomeOf(answer)
}

const outcomeOf = (answer: WebhookAnswer): Asked =>
  answer.status === 'done' ? { state: 'done', answer } : { state: 'refused', reason: answer.reason ?? 'refused' }

async function change(db: Executor, id: string, set: Partial<CallRow>, only?: string): Promise<void> {
  await db
    .update(webhookCall)
    .set(set)
    .where(and(eq(webhookCall.id, id), ...(only ? [eq(webhookCall.state, only)] : [])))
}

/** What a service answered in a task did not hold: the same will be asked anew, as new calls. */
export async function forgetAnswers(db: Executor, taskId: string): Promise<void> {
  await db.update(webhookCall).set({ state: 'refused' }).where(eq(webhookCall.taskId, taskId))
}

/** Identifiers by kind as a service reads them; only what is proven stands here. */
function named({ email, phone, customer_number, named: others }: Identifiers): Record<string, readonly string[]> {
  const all = { email, phone, customer_number, ...others }
  return Object.fromEntries(Object.entries(all).flatMap(([kind, values]) => (values?.length ? [[kind, values]] : [])))
}
