import { eq } from 'drizzle-orm'
import { system, webhookCall } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { findTask } from '~/requests/outside/close-task.server'
import { requestSealer } from '~/requests/sealed.server'
import { isSignedBy, type Signed } from '~/systems/webhook/check-signature.server'
import { webhookCallbackSchema } from '~/systems/webhook/messages'
import { runJobKey, runTask } from '../start-run.server'
import { answerPlace, type CallRow } from './call.server'

/** The task of access/ that fills a package; `{packageId}`. */
export const preparePackageTask = 'access.prepare'

export type Received = { ok: true } | { ok: false; reason: 'unsigned' | 'invalid' | 'purged' }

/**
 * Takes in what a service answers later. It must be signed with the system's secret, lately, and name the call that it
 * answers; which call exists is not told to anybody else. The first answer counts; the same call answered again changes
 * nothing. The run, or the package, then goes on by itself.
 */
export async function receiveAnswer(
  tx: Transaction,
  runtime: Pick<Runtime, 'keys' | 'clock'>,
  { callId, signed, body }: { callId: string; signed: Signed; body: string },
): Promise<Received> {
  const [call] = await tx.select().from(webhookCall).where(eq(webhookCall.id, callId)).for('update')
  const [row] = call ? await tx.select().from(system).where(eq(system.id, call.systemId)) : []
  if (!call || !row || !isSignedBy(runtime, row, signed, body)) return { ok: false, reason: 'unsigned' }
  const parsed = webhookCallbackSchema.safeParse(jsonOf(body))
  if (parsed.data?.call !== callId) return { ok: false, reason: 'invalid' }
  if (['done', 'used', 'refused'].includes(call.state)) return { ok: true }
  const sealer = await requestSealer(tx, runtime, call.requestId)
  if (!sealer) return { ok: false, reason: 'purged' }
  const { status, reason, tables } = parsed.data
  const answer = { status, tables, ...(reason ? { reason } : {}) }
  await tx
    .update(webhookCall)
    .set({
      state: status,
      answeredAt: runtime.clock.now(),
      answerSealed: sealer.seal(answerPlace(callId), JSON.stringify(answer)),
      failure: null,
    })
    .where(eq(webhookCall.id, callId))
  await appendEvidence(tx, runtime, {
    actor: { kind: 'system' },
    verb: 'webhook.answered',
    request: await findRequest(tx, call.requestId),
    system: call.systemKey,
    data: { call: callId, verb: call.verb, outcome: status },
  })
  await goOn(tx, call)
  return { ok: true }
}

async function goOn(tx: Transaction, { taskId, verb }: CallRow): Promise<void> {
  if (!taskId) return
  if (verb === 'package')
    return enqueueJob(tx, preparePackageTask, { packageId: taskId }, { jobKey: `${preparePackageTask}:${taskId}` })
  const runId = (await findTask(tx, taskId))?.runId
  if (runId) await enqueueJob(tx, runTask, { runId }, { jobKey: runJobKey(runId) })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
