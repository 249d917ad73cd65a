import { and, eq } from 'drizzle-orm'
import { erasureRun, runSystem } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { findPlan, planSealer } from './plan-store.server'
import { changeRunSystem, lockRun, stateOf, systemsOfRun } from './run-records.server'

/** What can't be done, or was stopped; what is done, or under way, can't be skipped. */
const SKIPPABLE = ['failed', 'refused', 'deferred']

/**
 * A person leaves out a system that failed or refused, with a reason: it is not tried again, and the run can never be `done`
 * (contract.md: `partial`). What was done in it stands. Refuses while the run is at work, and for a system that is through.
 */
export async function skipSystem(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { requestId: string; runId: string; system: string; reason: string; actor: Extract<Actor, { kind: 'staff' }> },
): Promise<{ ok: true } | { ok: false; reason: 'still_running' | 'nothing_to_skip' | 'purged' | 'reason_missing' }> {
  if (order.reason.trim().length < 3) return { ok: false, reason: 'reason_missing' }
  const run = await lockRun(tx, order.runId)
  const plan = run ? await findPlan(tx, run.planId) : undefined
  if (!run || !plan || run.requestId !== order.requestId || run.closedAt)
    return { ok: false, reason: 'nothing_to_skip' }
  if (run.state === 'running') return { ok: false, reason: 'still_running' }
  const [row] = await tx
    .select()
    .from(runSystem)
    .where(and(eq(runSystem.runId, run.id), eq(runSystem.systemKey, order.system)))
    .for('update')
  if (!row || !SKIPPABLE.includes(row.state)) return { ok: false, reason: 'nothing_to_skip' }
  const sealer = await planSealer(tx, runtime, plan)
  if (!sealer) return { ok: false, reason: 'purged' }
  await changeRunSystem(tx, row.id, {
    state: 'skipped',
    skippedAt: runtime.clock.now(),
    skippedByStaffId: order.actor.id,
    skipReasonSealed: sealer.seal(`run_system.skip_reason:${row.id}`, order.reason.trim()),
  })
  await tx
    .update(erasureRun)
    .set({ state: stateOf(await systemsOfRun(tx, run.id)) })
    .where(eq(erasureRun.id, run.id))
  const request = await findRequest(tx, order.requestId)
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'run.system_skipped',
    ...(request ? { request } : {}),
    system: row.systemKey,
    data: { run: run.id, plan: plan.id, was: row.state },
  })
  return { ok: true }
}
