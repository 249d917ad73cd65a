import { eq, sql } from 'drizzle-orm'
import { erasurePlan, erasureRun } from '~db/schema'
import { appendEvidence } from '~/evidence/append.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { moveRequest } from '~/requests/move.server'
import type { OpenSystem } from '~/systems/registry.server'
import { deferRows } from './defer.server'
import type { Certainty, Executed } from './execute-system.server'
import type { PlanContents, PlanRow } from './plan-store.server'
import { countsOf } from './progress.server'
import { changingRows, type Difference } from './row-sets'
import { changeRunSystem, failureOf, isHandedOut, systemsOfRun, type RunSystemRow } from './run-records.server'
import type { Work } from './work'

/** Writes down what an execution did in one system, in one transaction with its evidence and what was deferred. */
export async function recordExecution(
  runtime: Runtime,
  work: Work,
  row: RunSystemRow,
  contents: PlanContents,
  system: OpenSystem,
  executed: Executed,
): Promise<void> {
  if (executed.outcome === 'stale') return noteStale(runtime, work, row, executed.difference)
  const { run, plan } = work
  const { receipts } = executed
  const counts = countsOf(receipts)
  const now = runtime.clock.now()
  const some = receipts.length > 0
  // First of all, and whatever comes after: the connected database was changed.
  await changeRunSystem(runtime.db, row.id, {
    ...(executed.outcome === 'executed'
      ? { attemptedAt: null, batches: receipts.length, rowsDone: changingRows(contents.sets) }
      : { ...haltedAs(executed), attemptedAt: attemptedAfter(executed.certainty, row, some, now) }),
    ...(some ? { executedAt: row.executedAt ?? now, batchesDone: receipts.length, ...counts } : {}),
  })
  if (executed.outcome === 'failed')
    runtime.log.warn({ run: run.id, system: row.systemKey, err: executed.error }, 'erasure failed in a system')
  if (!some) return
  const whole = executed.outcome === 'executed'
  await inTransaction(runtime, async (tx) => {
    if (whole) await changeRunSystem(tx, row.id, { state: 'executed', recordedAt: row.recordedAt ?? now })
    if (row.recordedAt !== null) return
    await deferRows(tx, runtime, { run, system, sets: contents.sets })
    if (!whole) return
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'run.executed',
      ...(await requestOf(runtime, plan)),
      system: row.systemKey,
      data: { run: run.id, plan: plan.id, hash: plan.hash, ...counts },
    })
  })
}

function haltedAs(executed: Extract<Executed, { outcome: 'stopped' | 'failed' }>): Partial<RunSystemRow> {
  if (executed.outcome === 'failed') return { state: 'failed', failure: failureOf(executed.error) }
  if (executed.why === 'paused' || executed.why === 'cancelled') return { state: 'waiting', failure: null }
  const failure = { kind: executed.why, code: null, table: null, constraint: null }
  return { state: executed.why === 'hold' ? 'refused' : 'failed', failure }
}

/** What is surely on record needs no mark; what may have been committed unseen keeps it. */
function attemptedAfter(
  certainty: Certainty,
  row: RunSystemRow,
  some: boolean,
  now: NonNullable<RunSystemRow['attemptedAt']>,
): RunSystemRow['attemptedAt'] {
  if (some || certainty === 'untouched') return null
  return certainty === 'unknown' ? (row.attemptedAt ?? now) : row.attemptedAt
}

/** The request of a plan as evidence names it; nothing for a plan that no request asked for. */
export const requestOf = async (runtime: Runtime, plan: PlanRow) => {
  const request = plan.requestId ? await findRequest(runtime.db, plan.requestId) : undefined
  return request ? { request: { id: request.id, reference: request.reference } } : {}
}

/** A system no longer fits its plan, and nothing of it was changed. */
export async function noteStale(
  runtime: Runtime,
  { run, plan }: Work,
  row: RunSystemRow,
  difference: Difference,
): Promise<void> {
  const failure = { kind: 'stale', code: null, table: null, constraint: null }
  const found = JSON.stringify({ [row.systemKey]: difference })
  await inTransaction(runtime, async (tx) => {
    await changeRunSystem(tx, row.id, { state: 'failed', failure, attemptedAt: null })
    await tx
      .update(erasureRun)
      .set({ difference: sql`coalesce(${erasureRun.difference}, '{}'::jsonb) || ${found}::text::jsonb` })
      .where(eq(erasureRun.id, run.id))
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'run.stale',
      ...(await requestOf(runtime, plan)),
      system: row.systemKey,
      data: { run: run.id, plan: plan.id, tables: Object.keys(difference) },
    })
  })
}

/**
 * Ends a run of which a system no longer fits the plan and nothing was changed anywhere: the case goes back to planning.
 * Answers false where something was changed, or may have been in a system that does not answer.
 */
export async function concludeStale(runtime: Runtime, { run, plan }: Work): Promise<boolean> {
  const systems = await systemsOfRun(runtime.db, run.id)
  const changed = systems.some((row) => row.executedAt !== null || row.attemptedAt !== null || isHandedOut(row))
  if (changed || !systems.some((row) => row.failure?.kind === 'stale')) return false
  const now = runtime.clock.now()
  await inTransaction(runtime, async (tx) => {
    await tx
      .update(erasureRun)
      .set({ state: 'stale', finishedAt: now, pseudonymKey: null, keyDestroyedAt: now })
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
  return true
}
