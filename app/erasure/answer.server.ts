import { eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { erasureRun } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import { fateOfMail } from '~/mail/state.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { reachRequester } from '~/requests/answer-mail.server'
import { lockRequest, moveRequest, type Moved, type RequestRow } from '~/requests/move.server'
import { awaitsTasks } from '~/requests/outside/list-tasks.server'
import { mayMailStop } from '~/requests/stop-mails.server'
import { statusUrl } from '~/requests/status-url'
import { groupsOfRequest, isGroupUnsettled } from './group-records.server'
import { findPlan } from './plan-store.server'
import { resultForSubject } from './result.server'
import {
  endedRunsOfRequest,
  findingsOfRequest,
  findRun,
  isScanDue,
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
 * (design.md "completed"). Nothing is said while a system is not through, verification failed, a scan is due or a finding is open. Runs
 * again until the mail is out; without an address it is a letter, which counts on the day on which staff post it.
 */
export async function answerRun(runtime: Runtime, runId: string): Promise<void> {
  await inTransaction(runtime, async (tx) => {
    // What an earlier run of the request found, and what a person decided about it, is answered by the newest one.
    const asked = await findRun(tx, runId)
    const row = asked?.requestId ? await lockRequest(tx, asked.requestId) : undefined
    const run = row?.state === 'executing' ? await newestRunOfRequest(tx, row.id) : undefined
    if (!row || run?.state !== 'done' || (await isHeldUp(tx, run))) return
    const plan = await findPlan(tx, run.planId)
    if (!run.answeredAt && plan?.cause === 'objection' && !(await mayMailStop(runtime, row))) {
      // The address was told today; the stop is done all the same.
      await complete(tx, runtime, row.id, run, runtime.clock.now())
      return
    }
    if (!run.answeredAt && !(await sendAnswer(tx, runtime, row, run, plan?.cause ?? 'erasure'))) return
    const mail = await fateOfMail(tx, mailKey(run.id))
    if (mail && ['sent', 'posted'].includes(mail.state))
      await complete(tx, runtime, row.id, run, mail.sentAt ?? runtime.clock.now())
    else if (mail?.state === 'waiting')
      await enqueueJob(tx, answerTask, { runId: run.id }, { jobKey: mailKey(run.id), inSeconds: LOOK_AGAIN_SECONDS })
  })
}

async function isHeldUp(tx: Transaction, run: RunRow): Promise<boolean> {
  const systems = await systemsOfRun(tx, run.id)
  if (systems.some((system) => system.verifiedAt === null || system.mismatch !== null || isScanDue(system))) return true
  if (!run.requestId) return false
  if (await awaitsTasks(tx, run.requestId)) return true
  for (const { id, restPlannedAt } of await endedRunsOfRequest(tx, run.requestId))
    if (restPlannedAt && (await systemsOfRun(tx, id)).some(isScanDue)) return true
  if ((await groupsOfRequest(tx, run.requestId)).some(isGroupUnsettled)) return true
  return (await findingsOfRequest(tx, run.requestId)).some(isUnsettled)
}

async function sendAnswer(
  tx: Transaction,
  runtime: Runtime,
  row: RequestRow,
  run: RunRow,
  cause: string,
): Promise<boolean> {
  const language = row.language === 'en' ? 'en' : 'nl'
  const now = runtime.clock.now()
  await tx.update(erasureRun).set({ answeredAt: now }).where(eq(erasureRun.id, run.id))
  const key = mailKey(run.id)
  const base = { reference: row.reference, statusUrl: statusUrl(runtime, row) }
  let mailed: boolean
  if (cause === 'objection') {
    const contact = (await readOrganisation(tx))['organisation.contact']
    mailed = await reachRequester(tx, runtime, row, {
      template: 'marketing_stopped',
      key,
      propsFor: () => ({ ...base, contact }),
    })
  } else if (cause === 'restriction') {
    mailed = await reachRequester(tx, runtime, row, {
      template: 'restricted',
      key,
      propsFor: ({ name }) => ({ ...base, name }),
    })
  } else {
    const result = await resultForSubject(tx, row.id, language)
    const kept = [...(result?.kept ?? [])]
    mailed = await reachRequester(tx, runtime, row, {
      template: kept.length > 0 ? 'erasure_partly_kept' : 'erasure_completed',
      key,
      propsFor: ({ name }) => ({
        ...base,
        name,
        kept,
        erased: [...(result?.erased ?? [])],
        nothingFound: result?.nothingFound ?? true,
      }),
    })
  }
  await appendEvidence(tx, runtime, {
    actor: { kind: 'system' },
    verb: mailed ? 'run.answered' : 'run.letter_needed',
    request: row,
    data: { run: run.id },
  })
  return mailed
}

function complete(
  tx: Transaction,
  runtime: Runtime,
  requestId: string,
  run: RunRow,
  answeredAt: Temporal.Instant,
): Promise<Moved> {
  return moveRequest(tx, runtime, {
    requestId,
    move: 'complete_execution',
    actor: { kind: 'system' },
    mover: 'system',
    set: {
      executedAt: run.finishedAt ?? answeredAt,
      closedAt: answeredAt,
      firstAnswerAt: run.answeredAt ?? answeredAt,
    },
    evidence: { run: run.id },
  })
}

/** A letter about what a request's runs did was posted: the request goes on as if a mail had been accepted. */
export async function answerPosted(runtime: Runtime, requestId: string): Promise<void> {
  const run = await newestRunOfRequest(runtime.db, requestId)
  if (run) await answerRun(runtime, run.id)
}
