import { eq } from 'drizzle-orm'
import { erasureRun } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import { sendMail } from '~/mail/send.server'
import { stateOfMail } from '~/mail/state.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction, type Actor, type Runtime } from '~/platform/runtime.server'
import type { Mover } from '~/requests/lifecycle'
import { lockRequest, moveRequest, type Moved, type RequestRow } from '~/requests/move.server'
import { awaitsTasks } from '~/requests/outside/list-tasks.server'
import { openPersonal } from '~/requests/personal.server'
import { requestSealer } from '~/requests/sealed.server'
import { statusUrl } from '~/requests/status-url'
import { findPlan } from './plan-store.server'
import { resultForSubject } from './result.server'
import {
  findingsOfRequest,
  findRun,
  isUnsettled,
  newestRunOfRequest,
  systemsOfRun,
  type RunRow,
} from './run-records.server'

export const answerTask = 'erasure.answer'

/** How long to wait before looking whether the mail was accepted. */
const LOOK_AGAIN_SECONDS = 5

const mailKey = (runId: string) => `erasure.answer:${runId}`

/**
 * Tells the person what was done, once, and closes the request when the answer was accepted by the receiving server
 * (design.md "completed"). Nothing is said while a system is not through, verification failed or a finding is open. Runs
 * again until the mail is out; a request without an address waits for a letter (`answeredByLetter`).
 */
export async function answerRun(runtime: Runtime, runId: string): Promise<void> {
  await inTransaction(runtime, async (tx) => {
    const run = await findRun(tx, runId)
    if (!run?.requestId || run.state !== 'done') return
    const row = await lockRequest(tx, run.requestId)
    if (row?.state !== 'executing') return
    // What an earlier run of the request found is answered by the newest one.
    if ((await newestRunOfRequest(tx, row.id))?.id !== run.id || (await isHeldUp(tx, run))) return
    const plan = await findPlan(tx, run.planId)
    if (!run.answeredAt && !(await sendAnswer(tx, runtime, row, run, plan?.cause ?? 'erasure'))) return
    const mail = await stateOfMail(tx, mailKey(runId))
    if (mail === 'sent') await complete(tx, runtime, row.id, run, { kind: 'system' }, 'system')
    else if (mail === 'waiting')
      await enqueueJob(
        tx,
        answerTask,
        { runId },
        { jobKey: mailKey(runId), runAt: runtime.clock.now().add({ seconds: LOOK_AGAIN_SECONDS }) },
      )
  })
}

async function isHeldUp(tx: Transaction, run: RunRow): Promise<boolean> {
  const systems = await systemsOfRun(tx, run.id)
  if (systems.some((system) => system.verifiedAt === null || system.mismatch !== null)) return true
  if (run.requestId && (await awaitsTasks(tx, run.requestId))) return true
  const findings = run.requestId ? await findingsOfRequest(tx, run.requestId) : []
  return findings.some(isUnsettled)
}

async function sendAnswer(
  tx: Transaction,
  runtime: Runtime,
  row: RequestRow,
  run: RunRow,
  cause: string,
): Promise<boolean> {
  const { email, name } = openPersonal(await requestSealer(tx, runtime, row.id), row)
  const language = row.language === 'en' ? 'en' : 'nl'
  const now = runtime.clock.now()
  await tx.update(erasureRun).set({ answeredAt: now }).where(eq(erasureRun.id, run.id))
  if (!email) {
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'run.letter_needed',
      request: row,
      data: { run: run.id },
    })
    return false
  }
  const to = { to: email, language, requestId: row.id, idempotencyKey: mailKey(run.id) } as const
  const base = { reference: row.reference, statusUrl: statusUrl(runtime, row) }
  if (cause === 'objection') {
    const contact = (await readOrganisation(tx))['organisation.contact']
    await sendMail(tx, runtime, { ...to, template: 'marketing_stopped', props: { ...base, contact } })
  } else if (cause === 'restriction') {
    await sendMail(tx, runtime, { ...to, template: 'restricted', props: { ...base, name: name ?? '' } })
  } else {
    const result = await resultForSubject(tx, row.id, language)
    const kept = [...(result?.kept ?? [])]
    const props = {
      ...base,
      name: name ?? '',
      kept,
      erased: [...(result?.erased ?? [])],
      nothingFound: result?.nothingFound ?? true,
    }
    await sendMail(tx, runtime, {
      ...to,
      template: kept.length > 0 ? 'erasure_partly_kept' : 'erasure_completed',
      props,
    })
  }
  await appendEvidence(tx, runtime, {
    actor: { kind: 'system' },
    verb: 'run.answered',
    request: row,
    data: { run: run.id },
  })
  return true
}

async function complete(
  tx: Transaction,
  runtime: Runtime,
  requestId: string,
  run: RunRow,
  actor: Actor,
  mover: Mover,
): Promise<Moved> {
  const now = runtime.clock.now()
  return moveRequest(tx, runtime, {
    requestId,
    move: 'complete_execution',
    actor,
    mover,
    set: { executedAt: run.finishedAt ?? now, closedAt: now, firstAnswerAt: run.answeredAt ?? now },
    evidence: { run: run.id },
  })
}

/** A person says that the answer went by post; the request is then complete as if a mail had been accepted. */
export async function answeredByLetter(
  tx: Transaction,
  runtime: Runtime,
  order: { runId: string; actor: Actor; mover: Mover },
): Promise<Moved | { ok: false; reason: 'not_done' | 'held_up' }> {
  const run = await findRun(tx, order.runId)
  if (!run?.requestId || run.state !== 'done') return { ok: false, reason: 'not_done' }
  if (await isHeldUp(tx, run)) return { ok: false, reason: 'held_up' }
  return complete(tx, runtime, run.requestId, run, order.actor, order.mover)
}
