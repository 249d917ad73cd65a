import { and, eq, isNull } from 'drizzle-orm'
import { erasurePlan, erasureRun, residueFinding } from '~db/schema'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Transaction } from '~db/client'
import { placeHold } from '~/holds/hold.server'
import { emailIndexesOf } from '~/requests/same-person.server'
import { inTransaction, type Actor, type Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { moveRequest } from '~/requests/move.server'
import { SystemError } from '~/systems/adapters/adapter'
import { readColumns } from '~/systems/locate/rows'
import { openSystem, type OpenSystem } from '~/systems/registry.server'
import { answerTask } from './answer.server'
import { askHolds } from './blockers.server'
import { deferRows } from './defer.server'
import { settleDeferred } from './deferred.server'
import { executeSystem, type Executed } from './execute-system.server'
import { modelOf, modelTable } from './model'
import type { Cause } from './plan'
import { findPlan, openPlan, readContents, systemsOfPlan, type PlanContents, type PlanRow } from './plan-store.server'
import { readReceipt, type Receipt } from './receipt.server'
import type { Traces } from './redact'
import { scanResidue } from './residue.server'
import {
  changeRunSystem,
  failureOf,
  findRun,
  stateOf,
  systemsOfRun,
  type RunRow,
  type RunSystemRow,
} from './run-records.server'
import { runJobKey, runTask } from './start-run.server'
import { suppress } from './suppression.server'
import { verifySystem } from './verify.server'

/** So often a failed system is tried again by itself. */
const AUTOMATIC_TRIES = 6

type Opened = Awaited<ReturnType<typeof openPlan>>
type Work = { run: RunRow; plan: PlanRow; opened: Opened; key: Uint8Array }

/**
 * Works a run: every system that is not through is executed, verified and searched for residue; then the run gets its state.
 * May be killed at any moment and called again: what is done in a connected database is known by its receipt there.
 */
export async function workRun(runtime: Runtime, runId: string): Promise<void> {
  const run = await findRun(runtime.db, runId)
  const plan = run ? await findPlan(runtime.db, run.planId) : undefined
  if (!run || !plan || run.state === 'stale' || run.state === 'done' || !run.pseudonymKey) return
  await runtime.db
    .update(erasureRun)
    .set({ state: 'running', attempts: run.attempts + 1 })
    .where(eq(erasureRun.id, runId))
  const opened = await openPlan(runtime.db, runtime, plan)
  const key = runtime.keys.open('wrapping', run.pseudonymKey, `erasure_run.pseudonym_key:${runId}`)
  const work = { run, plan, opened, key }
  const planned = new Map((await systemsOfPlan(runtime.db, plan.id)).map((each) => [each.systemKey, each]))
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
    const { system } = answer
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

async function recordExecution(
  runtime: Runtime,
  work: Work,
  row: RunSystemRow,
  contents: PlanContents,
  system: OpenSystem,
  executed: Executed,
): Promise<'on' | 'stale'> {
  const { run, plan } = work
  if (executed.outcome === 'stale') return recordStale(runtime, work, row, executed.difference)
  const sum = (what: 'deleted' | 'pseudonymised' | 'kept') =>
    executed.receipts.reduce((total, receipt) => total + receipt[what], 0)
  const counts = { deleted: sum('deleted'), pseudonymised: sum('pseudonymised'), kept: sum('kept') }
  const model = modelOf(system.map)
  await inTransaction(runtime, async (tx) => {
    if (executed.outcome === 'stopped') {
      const failure = { kind: executed.why, code: null, table: null, constraint: null }
      const executedAt = executed.receipts.length > 0 ? runtime.clock.now() : null
      await changeRunSystem(tx, row.id, {
        state: executed.why === 'hold' ? 'refused' : 'failed',
        failure,
        executedAt,
        batchesDone: executed.receipts.length,
        ...counts,
      })
      return
    }
    await changeRunSystem(tx, row.id, {
      state: 'executed',
      executedAt: runtime.clock.now(),
      batches: executed.receipts.length,
      batchesDone: executed.receipts.length,
      ...counts,
    })
    if (row.executedAt === null)
      await deferRows(tx, runtime, {
        runId: run.id,
        requestId: run.requestId,
        systemKey: row.systemKey,
        model,
        sets: contents.sets,
        valuesAfter: (set) => {
          const { resolved, touched } = modelTable(model, set.table)
          return readColumns(
            system.adapter,
            resolved,
            set.rows.map((each) => each.key),
            touched,
          )
        },
      })
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'run.executed',
      ...(await requestOf(runtime, plan)),
      system: row.systemKey,
      data: { run: run.id, plan: plan.id, hash: plan.hash, ...counts },
    })
  })
  return 'on'
}

const requestOf = async (runtime: Runtime, plan: PlanRow) => {
  const request = plan.requestId ? await findRequest(runtime.db, plan.requestId) : undefined
  return request ? { request: { id: request.id, reference: request.reference } } : {}
}

/** Nothing of this system changed. Where no system was changed yet, the whole case goes back to planning. */
async function recordStale(
  runtime: Runtime,
  work: Work,
  row: RunSystemRow,
  difference: Record<string, unknown>,
): Promise<'on' | 'stale'> {
  const { run, plan } = work
  const failure = { kind: 'stale', code: null, table: null, constraint: null }
  const others = (await systemsOfRun(runtime.db, run.id)).filter((each) => each.id !== row.id)
  const untouched = others.every((each) => each.executedAt === null)
  await inTransaction(runtime, async (tx) => {
    await changeRunSystem(tx, row.id, { state: 'failed', failure })
    await tx
      .update(erasureRun)
      .set({ difference: { ...run.difference, [row.systemKey]: difference } })
      .where(eq(erasureRun.id, run.id))
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'run.stale',
      ...(await requestOf(runtime, plan)),
      system: row.systemKey,
      data: { run: run.id, plan: plan.id, tables: Object.keys(difference) },
    })
    if (!untouched) return
    await tx
      .update(erasureRun)
      .set({ state: 'stale', finishedAt: runtime.clock.now(), pseudonymKey: null, keyDestroyedAt: runtime.clock.now() })
      .where(eq(erasureRun.id, run.id))
    await tx.update(erasurePlan).set({ state: 'stale' }).where(eq(erasurePlan.id, plan.id))
    if (plan.requestId)
      await moveRequest(tx, runtime, {
        requestId: plan.requestId,
        move: 'replan',
        actor: { kind: 'system' },
        mover: 'system',
        evidence: { run: run.id },
      })
  })
  return untouched ? 'stale' : 'on'
}

async function verifyOne(
  runtime: Runtime,
  work: Work,
  row: RunSystemRow,
  contents: PlanContents,
  traces: Traces,
): Promise<void> {
  const { run, plan, opened } = work
  try {
    const answer = await openSystem(runtime, runtime.db, row.systemKey)
    if (!answer.ok) return
    const { system } = answer
    const receipts = await receiptsOf(system, run.id, row.batchesDone)
    const mismatch = await verifySystem({
      system,
      contents,
      search: opened.search,
      hashKey: opened.hashKey,
      key: work.key,
      receipts,
    })
    const erases = opened.search.intent.kind === 'erase'
    const scanNow =
      erases && !opened.search.rows && (await readOrganisation(runtime.db))['erasure.residueMode'] === 'run'
    const residue = scanNow
      ? await scanResidue(system.scanAdapter ?? system.adapter, { system, contents, search: opened.search, traces })
      : null
    const nothing = contents.sets.length === 0
    await inTransaction(runtime, async (tx) => {
      const now = runtime.clock.now()
      await changeRunSystem(tx, row.id, {
        state: mismatch ? 'failed' : nothing ? 'nothing_found' : 'done',
        failure: mismatch ? { kind: 'verification', code: null, table: null, constraint: null } : null,
        mismatch,
        verifiedAt: mismatch ? null : now,
        ...(residue
          ? {
              residueAt: now,
              residueSearched: residue.searched,
              nameHits: residue.nameHits,
              notSearched: [...residue.notSearched],
            }
          : {}),
      })
      if (residue) {
        await tx
          .delete(residueFinding)
          .where(and(eq(residueFinding.runSystemId, row.id), isNull(residueFinding.decision)))
        for (const finding of residue.findings) {
          const id = crypto.randomUUID()
          await tx.insert(residueFinding).values({
            id,
            runSystemId: row.id,
            table: finding.table,
            column: finding.column,
            rows: finding.rows,
            keysSealed: opened.sealer.seal(`residue_finding.keys:${id}`, JSON.stringify(finding.keys)),
            at: now,
          })
        }
      }
      await appendEvidence(tx, runtime, {
        actor: { kind: 'system' },
        verb: mismatch ? 'run.not_verified' : 'run.verified',
        ...(await requestOf(runtime, plan)),
        system: row.systemKey,
        data: { run: run.id, searched: residue?.searched ?? null, findings: residue?.findings.length ?? null },
      })
    })
  } catch (error) {
    // Not verified is not done: the row stays `executed`, and the job comes back.
    if (!(error instanceof SystemError)) throw error
    await changeRunSystem(runtime.db, row.id, { failure: failureOf(error) })
  }
}

async function receiptsOf(system: OpenSystem, runId: string, batches: number): Promise<Receipt[]> {
  const receipts: Receipt[] = []
  for (let batch = 0; batch < batches; batch++) {
    const receipt = await readReceipt(system.adapter, system, runId, batch)
    if (receipt) receipts.push(receipt)
  }
  return receipts
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
    if (plan.cause === 'erasure' || plan.cause === 'objection')
      await suppress(tx, runtime, {
        emails,
        reason: plan.cause === 'erasure' ? 'erased' : 'objection',
        requestId: plan.requestId,
      })
    if (plan.cause === 'restriction' && plan.requestId) await restrict(tx, runtime, plan.requestId)
    if (plan.cause === 'deferred') await settleDeferred(tx, runtime, plan)
    if (plan.requestId) await enqueueJob(tx, answerTask, { runId: run.id }, { jobKey: `erasure.answer:${run.id}` })
  })
}

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
  if (!run || !['failed', 'partial', 'running'].includes(run.state)) return false
  await appendEvidence(tx, runtime, { actor: order.actor, verb: 'run.retried', data: { run: run.id } })
  await enqueueJob(tx, runTask, { runId: run.id }, { jobKey: runJobKey(run.id) })
  return true
}
