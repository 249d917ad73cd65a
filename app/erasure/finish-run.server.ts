import { eq } from 'drizzle-orm'
import { erasureRun } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { placeHold } from '~/holds/hold.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import { findRequest } from '~/requests/find.server'
import { emailIndexesOf } from '~/requests/same-person.server'
import { suppress } from '~/requests/suppress.server'
import { answerTask } from './answer.server'
import { settleDeferred } from './deferred.server'
import { settleFindings } from './findings.server'
import { settleGroups } from './group-records.server'
import type { Intent } from './intent'
import type { PlanSearch } from './plan-store.server'
import { changeRunSystem, isPaused, passes, stateOf, systemsOfRun, type RunSystemRow } from './run-records.server'
import { runJobKey, runTask } from './start-run.server'
import { tellRunFailed } from './tell-run-failed.server'
import type { Work } from './work'

/** So often a failed system is tried again by itself. */
const AUTOMATIC_TRIES = 6

/** Gives the run its state, destroys the pseudonym key when nothing is left to do with it, and sees to the answer. */
export async function finishRun(runtime: Runtime, work: Work): Promise<void> {
  const { run, plan } = work
  const now = runtime.clock.now()
  await inTransaction(runtime, async (tx) => {
    const [paused, before] = await together([isPaused(tx, run.id), systemsOfRun(tx, run.id)])
    if (paused) return
    const again = before.some((row) => passes(row.failure)) && run.attempts + 1 < AUTOMATIC_TRIES
    const systems = await giveUpVerifying(tx, before, again)
    const state = stateOf(systems)
    const through = state === 'done'
    const data = {
      run: run.id,
      systems: Object.fromEntries(systems.map((each) => [`${each.systemKey}.${each.state}`, 1])),
    }
    await together([
      tx
        .update(erasureRun)
        .set({
          state,
          attempts: again ? run.attempts + 1 : 0,
          ...(state === 'running' ? {} : { finishedAt: now }),
          ...(through ? { pseudonymKey: null, keyDestroyedAt: now } : {}),
        })
        .where(eq(erasureRun.id, run.id)),
      state === 'running'
        ? null
        : appendEvidence(tx, runtime, { actor: { kind: 'system' }, verb: `run.${state}`, request: work.request, data }),
    ])
    await tellRunFailed(tx, runtime, { run, plan, systems, again })
    if (again)
      await enqueueJob(tx, runTask, { runId: run.id }, { jobKey: runJobKey(run.id), inSeconds: 10 * 2 ** run.attempts })
    if (through) await bringAbout(tx, runtime, work)
  })
}

/** A system that was executed and can't be verified, now or any more by itself, failed; a person may try it again. */
async function giveUpVerifying(tx: Transaction, systems: RunSystemRow[], again: boolean): Promise<RunSystemRow[]> {
  const now: RunSystemRow[] = []
  for (const row of systems) {
    const given = row.state === 'executed' && row.failure !== null && !(again && passes(row.failure))
    if (given) await changeRunSystem(tx, row.id, { state: 'failed' })
    now.push(given ? { ...row, state: 'failed' } : row)
  }
  return now
}

/** What follows from a run that did all it was made for. */
async function bringAbout(tx: Transaction, runtime: Runtime, { run, plan, opened }: Work): Promise<void> {
  if (plan.cause === 'erasure' || stopsMarketing(opened.search.intent))
    await suppress(tx, runtime, {
      emails: opened.search.identifiers.email ?? [],
      reason: plan.cause === 'erasure' ? 'erased' : 'objection',
      requestId: plan.requestId,
    })
  if (plan.cause === 'restriction' && plan.requestId) await restrict(tx, runtime, plan.requestId)
  if (plan.cause === 'deferred') await settleDeferred(tx, runtime, plan)
  const carriedOut = findingsCarriedOut(opened.search)
  await settleFindings(tx, runtime, carriedOut)
  await settleGroups(tx, runtime, carriedOut)
  if (plan.requestId) await enqueueJob(tx, answerTask, { runId: run.id }, { jobKey: `erasure.answer:${run.id}` })
}

/** Where a hold kept a table as it is, what was found there still stands. */
const findingsCarriedOut = ({ findings, held }: PlanSearch): string[] =>
  (findings?.places ?? [])
    .filter(
      (place) => !held.some((each) => each.system === place.system && (each.table ?? place.table) === place.table),
    )
    .map((place) => place.finding)

/** The list is of those who want no marketing; an objection to something else puts nobody on it. */
const stopsMarketing = (intent: Intent) =>
  intent.kind === 'effects' && intent.cause === 'objection' && (intent.to === null || intent.to === 'direct_marketing')

/** A restriction stands until a person lifts it (art. 18(3)). */
async function restrict(tx: Transaction, runtime: Runtime, requestId: string): Promise<void> {
  const request = await findRequest(tx, requestId)
  if (!request) return
  await placeHold(tx, runtime, {
    kind: 'restriction',
    scope: 'person',
    hashes: await emailIndexesOf(tx, requestId),
    request: { id: request.id, reference: request.reference },
    actor: { kind: 'system' },
  })
}
