import { and, eq, isNull } from 'drizzle-orm'
import { erasurePlan, erasureRun, runCancellation, runPause } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import { inTransaction, type Actor, type Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { moveRequest } from '~/requests/move.server'
import { findPlan, planSealer } from './plan-store.server'
import { changeRunSystem, isHandedOut, lockRun, systemsOfRun } from './run-records.server'
import { runJobKey, runTask } from './start-run.server'
import type { Work } from './work'

/**
 * Takes a run back before anything of it was committed, with a reason; a transaction that is under way is rolled back before
 * it commits. The worker settles it (`concludeCancelled`): the case is then back in planning, or it was too late. Refused once
 * something was changed or handed to a person.
 */
export async function cancelRun(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { requestId: string; runId: string; reason: string; actor: Extract<Actor, { kind: 'staff' }> },
): Promise<{ ok: true } | { ok: false; reason: 'not_running' | 'too_late' | 'reason_missing' | 'purged' }> {
  if (order.reason.trim().length < 3) return { ok: false, reason: 'reason_missing' }
  const run = await lockRun(tx, order.runId)
  const plan = run ? await findPlan(tx, run.planId) : undefined
  const stands = run?.requestId === order.requestId && ['running', 'failed', 'partial'].includes(run.state)
  if (!run || !plan || !stands || run.closedAt || (await isCancelled(tx, run.id)))
    return { ok: false, reason: 'not_running' }
  if ((await systemsOfRun(tx, run.id)).some((row) => row.executedAt !== null || isHandedOut(row)))
    return { ok: false, reason: 'too_late' }
  const sealer = await planSealer(tx, runtime, plan)
  if (!sealer) return { ok: false, reason: 'purged' }
  const now = runtime.clock.now()
  await tx
    .insert(runCancellation)
    .values({
      runId: run.id,
      at: now,
      byStaffId: order.actor.id,
      reasonSealed: sealer.seal(`run_cancellation.reason:${run.id}`, order.reason.trim()),
    })
    .onConflictDoNothing()
  await tx
    .update(runPause)
    .set({ resumedAt: now, resumedByStaffId: order.actor.id })
    .where(and(eq(runPause.runId, run.id), isNull(runPause.resumedAt)))
  await enqueueJob(tx, runTask, { runId: run.id }, { jobKey: runJobKey(run.id) })
  const request = await findRequest(tx, order.requestId)
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'run.cancel_asked',
    ...(request ? { request } : {}),
    data: { run: run.id, plan: plan.id },
  })
  return { ok: true }
}

/** Did somebody take the run back, and is that not settled yet? */
export async function isCancelled(db: Executor, runId: string): Promise<boolean> {
  const open = await db
    .select({ id: runCancellation.id })
    .from(runCancellation)
    .where(and(eq(runCancellation.runId, runId), isNull(runCancellation.outcome)))
  return open.length > 0
}

/**
 * Settles that a run was taken back: when surely nothing was changed anywhere it is closed, and the case is in planning again;
 * when something was committed meanwhile it is too late, and the run goes on. Answers true when the run has ended.
 */
export async function concludeCancelled(runtime: Runtime, { run, plan }: Work): Promise<boolean> {
  if (!(await isCancelled(runtime.db, run.id))) return false
  const systems = await systemsOfRun(runtime.db, run.id)
  // A system that does not answer may have been changed: that is settled when it answers again.
  if (systems.some((row) => row.attemptedAt !== null)) return false
  const late = systems.some((row) => row.executedAt !== null || isHandedOut(row))
  const now = runtime.clock.now()
  await inTransaction(runtime, async (tx) => {
    const [cancellation] = await tx
      .update(runCancellation)
      .set({ outcome: late ? 'too_late' : 'cancelled', settledAt: now })
      .where(and(eq(runCancellation.runId, run.id), isNull(runCancellation.outcome)))
      .returning()
    if (!cancellation) return
    const request = plan.requestId ? await findRequest(tx, plan.requestId) : undefined
    const actor = { kind: 'staff', id: cancellation.byStaffId } as const
    await appendEvidence(tx, runtime, {
      actor,
      verb: late ? 'run.cancel_too_late' : 'run.cancelled',
      ...(request ? { request } : {}),
      data: { run: run.id, plan: plan.id },
    })
    if (late) return enqueueJob(tx, runTask, { runId: run.id }, { jobKey: runJobKey(run.id) })
    for (const row of systems)
      await changeRunSystem(tx, row.id, { state: 'skipped', skippedAt: now, skippedByStaffId: cancellation.byStaffId })
    await tx
      .update(erasureRun)
      .set({ state: 'failed', finishedAt: now, closedAt: now, pseudonymKey: null, keyDestroyedAt: now })
      .where(eq(erasureRun.id, run.id))
    await tx.update(erasurePlan).set({ state: 'recalled' }).where(eq(erasurePlan.id, plan.id))
    if (plan.requestId)
      await moveRequest(tx, runtime, {
        requestId: plan.requestId,
        move: 'replan',
        actor,
        mover: 'system',
        evidence: { run: run.id },
      })
  })
  return true
}
