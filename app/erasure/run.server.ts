import { and, eq, isNull } from 'drizzle-orm'
import { erasureRun } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { placeHold } from '~/holds/hold.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import { inTransaction, type Actor, type Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { emailIndexesOf } from '~/requests/same-person.server'
import { SystemError } from '~/systems/adapters/adapter'
import { openSystem } from '~/systems/registry.server'
import { answerTask } from './answer.server'
import { askHolds } from './blockers.server'
import { settleDeferred } from './deferred.server'
import { elsewhereOf, workElsewhere } from './elsewhere/work.server'
import { executeSystem } from './execute-system.server'
import { settleFindings } from './findings.server'
import { withFoundTables } from './found-tables'
import type { Intent } from './intent'
import type { Cause } from './plan'
import {
  findPlan,
  openPlan,
  readContents,
  systemsOfPlan,
  type PlanContents,
  type PlanSearch,
} from './plan-store.server'
import { recordExecution, requestOf } from './record-execution.server'
import { confirmErased, rememberErased } from './remember.server'
import type { Traces } from './redact'
import { changeRunSystem, failureOf, findRun, stateOf, systemsOfRun, type RunSystemRow } from './run-records.server'
import { runJobKey, runTask } from './start-run.server'
import { suppress } from '~/requests/suppress.server'
import { verifyOne } from './verify-run.server'
import type { Work } from './work'

/** So often a failed system is tried again by itself. */
const AUTOMATIC_TRIES = 6

/**
 * Works a run: every system that is not through is executed, verified and searched for residue; then the run gets its state.
 * May be killed at any moment and called again: what is done in a connected database is known by its receipt there.
 */
export async function workRun(runtime: Runtime, runId: string): Promise<void> {
  const run = await findRun(runtime.db, runId)
  const plan = run ? await findPlan(runtime.db, run.planId) : undefined
  if (!run || !plan || run.state === 'stale' || run.state === 'done' || !run.pseudonymKey) return
  const taken = await runtime.db
    .update(erasureRun)
    .set({ state: 'running', attempts: run.attempts + 1 })
    .where(and(eq(erasureRun.id, runId), isNull(erasureRun.closedAt)))
    .returning({ id: erasureRun.id })
  if (taken.length === 0) return
  const opened = await openPlan(runtime.db, runtime, plan)
  const key = runtime.keys.open('wrapping', run.pseudonymKey, `erasure_run.pseudonym_key:${runId}`)
  const work = { run, plan, opened, key }
  const all = await systemsOfPlan(runtime.db, plan.id)
  const planned = new Map(all.filter((each) => !elsewhereOf(each)).map((each) => [each.systemKey, each]))
  const contents = new Map<string, PlanContents>()
  for (const [systemKey, row] of planned) contents.set(systemKey, await readContents(runtime.db, opened.sealer, row.id))
  for (const system of await systemsOfRun(runtime.db, runId)) {
    const rows = contents.get(system.systemKey)
    if (!rows || ['executed', 'done', 'nothing_found', 'skipped'].includes(system.state)) continue
    if ((await executeOne(runtime, work, system, rows)) === 'stale') return
  }
  const traces = joinTraces([...contents.values()])
  for (const system of await systemsOfRun(runtime.db, runId)) {
    const rows = contents.get(system.systemKey)
    if (rows && system.state === 'executed') await verifyOne(runtime, work, system, rows, traces)
  }
  await workElsewhere(runtime, work, all)
  await finish(runtime, work)
}

async function executeOne(
  runtime: Runtime,
  work: Work,
  row: RunSystemRow,
  contents: PlanContents,
): Promise<'on' | 'stale'> {
  const { run, plan, opened } = work
  await changeRunSystem(runtime.db, row.id, { state: 'running', failure: null })
  try {
    const answer = await openSystem(runtime, runtime.db, row.systemKey)
    if (!answer.ok) {
      await changeRunSystem(runtime.db, row.id, {
        state: 'failed',
        failure: { kind: answer.reason, code: null, table: null, constraint: null },
      })
      return 'on'
    }
    const system = withFoundTables(answer.system, opened.search)
    const executed = await executeSystem({
      system,
      runId: run.id,
      planHash: plan.hash,
      search: opened.search,
      hashKey: opened.hashKey,
      contents,
      key: work.key,
      at: runtime.clock.now().toString(),
      mayGoOn: () => mayGoOn(runtime, work, contents),
      remember: (batch) => rememberErased(runtime, { ...work, system }, batch),
      committed: (batch) => confirmErased(runtime, run.id, system.key, batch),
    })
    return await recordExecution(runtime, work, row, contents, system, executed)
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    await changeRunSystem(runtime.db, row.id, { state: 'failed', failure: failureOf(error) })
    runtime.log.warn({ run: run.id, system: row.systemKey, failure: failureOf(error) }, 'erasure failed in a system')
    return 'on'
  }
}

/** A hold that was set half-way stops the rest. */
async function mayGoOn(runtime: Runtime, { plan, opened }: Work, contents: PlanContents): Promise<boolean> {
  const addresses = [...(opened.search.identifiers.email ?? []), ...contents.traces.identifiers]
  return (await askHolds(runtime.db, runtime, { cause: plan.cause as Cause, requestId: plan.requestId, addresses })).ok
}

function joinTraces(all: readonly PlanContents[]): Traces {
  return {
    identifiers: all.flatMap((each) => each.traces.identifiers),
    phones: all.flatMap((each) => each.traces.phones),
    names: all.flatMap((each) => each.traces.names),
  }
}

const RETRYABLE = ['unreachable', 'timeout', 'lock_timeout', 'serialization', 'deadlock', 'connection_lost']

/** Gives the run its state, destroys the pseudonym key when nothing is left to do with it, and sees to the answer. */
async function finish(runtime: Runtime, work: Work): Promise<void> {
  const { run, plan, opened } = work
  const now = runtime.clock.now()
  await inTransaction(runtime, async (tx) => {
    const systems = await systemsOfRun(tx, run.id)
    const state = stateOf(systems)
    const again = systems.some((each) => each.failure !== null && RETRYABLE.includes(each.failure.kind))
    const through = state === 'done'
    await tx
      .update(erasureRun)
      .set({
        state,
        ...(state === 'running' ? {} : { finishedAt: now }),
        ...(through ? { pseudonymKey: null, keyDestroyedAt: now } : {}),
      })
      .where(eq(erasureRun.id, run.id))
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: `run.${state}`,
      ...(await requestOf(runtime, plan)),
      data: { run: run.id, systems: Object.fromEntries(systems.map((each) => [`${each.systemKey}.${each.state}`, 1])) },
    })
    if (again && run.attempts + 1 < AUTOMATIC_TRIES)
      await enqueueJob(
        tx,
        runTask,
        { runId: run.id },
        { jobKey: runJobKey(run.id), runAt: now.add({ seconds: 10 * 2 ** run.attempts }) },
      )
    if (!through) return
    const emails = opened.search.identifiers.email ?? []
    if (plan.cause === 'erasure' || stopsMarketing(opened.search.intent))
      await suppress(tx, runtime, {
        emails,
        reason: plan.cause === 'erasure' ? 'erased' : 'objection',
        requestId: plan.requestId,
      })
    if (plan.cause === 'restriction' && plan.requestId) await restrict(tx, runtime, plan.requestId)
    if (plan.cause === 'deferred') await settleDeferred(tx, runtime, plan)
    await settleFindings(tx, runtime, findingsCarriedOut(opened.search))
    if (plan.requestId) await enqueueJob(tx, answerTask, { runId: run.id }, { jobKey: `erasure.answer:${run.id}` })
  })
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

/** Sets a run that failed or is partial to work again, by hand. Answers false when there is nothing to repeat. */
export async function retryRun(
  tx: Transaction,
  runtime: Runtime,
  order: { runId: string; actor: Actor },
): Promise<boolean> {
  const run = await findRun(tx, order.runId)
  if (!run || run.closedAt || !['failed', 'partial', 'running'].includes(run.state)) return false
  await appendEvidence(tx, runtime, { actor: order.actor, verb: 'run.retried', data: { run: run.id } })
  await enqueueJob(tx, runTask, { runId: run.id }, { jobKey: runJobKey(run.id) })
  return true
}
