import { eq } from 'drizzle-orm'
import { erasurePlan, erasureRun } from '~db/schema'
import { appendEvidence } from '~/evidence/append.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { moveRequest } from '~/requests/move.server'
import type { OpenSystem } from '~/systems/registry.server'
import { deferRows } from './defer.server'
import type { Certainty, Executed } from './execute-system.server'
import { keepDifference, noteStale } from './note-stale.server'
import type { PlanContents } from './plan-store.server'
import { countsOf } from './progress.server'
import { changingRows } from './row-sets'
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
  if (executed.outcome === 'stale') return noteStale(runtime, work, row, executed.found)
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
    if (executed.outcome === 'stopped' && executed.found) await keepDifference(tx, work, row.systemKey, executed.found)
    if (whole) await changeRunSystem(tx, row.id, { state: 'executed', recordedAt: row.recordedAt ?? now })
    if (row.recordedAt !== null) return
    await deferRows(tx, runtime, { run, system, sets: contents.sets })
    if (!whole) return
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'run.executed',
      request: work.request,
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
