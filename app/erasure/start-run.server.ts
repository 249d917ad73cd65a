import { eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { erasurePlan, erasureRun, runSystem } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Blocker } from '~/holds/may-touch'
import { enqueueJob } from '~/jobs/enqueue.server'
import { newKey } from '~/platform/keys.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import { findRequest } from '~/requests/find.server'
import { releaseStop, standingOf, type ReleaseStop } from '~/requests/identification.server'
import type { Mover } from '~/requests/lifecycle'
import { moveRequest } from '~/requests/move.server'
import { lockPresentPlan, type WhichPlan } from './lock-plan.server'
import { askHolds } from './blockers.server'
import type { Cause } from './plan'
import { openPlan, systemsOfPlan, type PlanRow } from './plan-store.server'

export const runTask = 'erasure.run'

/** One waiting job per run, whoever asks for it again. */
export const runJobKey = (runId: string) => `${runTask}:${runId}`

export type ExecuteRefusal =
  | { ok: false; reason: 'no_plan' | 'not_approved' | 'unknown_request' | 'not_from_here' | 'not_yours' | 'conflict' }
  | { ok: false; reason: 'blocked'; blockedBy: readonly Blocker[] }
  | { ok: false; reason: Exclude<ReleaseStop, 'identity_open' | 'second_channel'> }

/** Sets the approved plan of a request to work: the request is `executing`, the run exists, its job is enqueued. */
export async function executePlan(
  tx: Transaction,
  runtime: Runtime,
  order: WhichPlan & { actor: Actor; mover: Mover; version?: number | undefined },
): Promise<{ ok: true; runId: string } | ExecuteRefusal> {
  const plan = await lockPresentPlan(tx, order)
  if (!plan) return { ok: false, reason: 'no_plan' }
  if (plan.needsApproval && plan.state !== 'approved') return { ok: false, reason: 'not_approved' }
  const { search } = await openPlan(tx, runtime, plan)
  const [free, stop] = await together([
    askHolds(tx, runtime, {
      cause: plan.cause as Cause,
      requestId: plan.requestId,
      addresses: search.identifiers.email ?? [],
    }),
    plan.requestId ? stopOf(tx, runtime, plan.requestId) : null,
  ])
  if (!free.ok) return { ok: false, reason: 'blocked', blockedBy: free.blockedBy }
  if (stop) return { ok: false, reason: stop }
  if (!plan.requestId) return { ok: true, runId: await startRun(tx, runtime, plan, order.actor) }
  const moved = await moveRequest(tx, runtime, {
    requestId: plan.requestId,
    move: plan.needsApproval ? 'execute' : 'execute_without_approval',
    actor: order.actor,
    mover: order.mover,
    version: order.version,
    evidence: { plan: plan.id, hash: plan.hash },
  })
  if (!moved.ok) return moved
  return { ok: true, runId: await startRun(tx, runtime, plan, order.actor) }
}

/** A request that somebody on file contests, or whose person's contact details are new, is not carried out yet. */
async function stopOf(tx: Transaction, runtime: Runtime, requestId: string) {
  const row = await findRequest(tx, requestId)
  const stop = row ? releaseStop(await standingOf(tx, row), runtime.clock.now()) : null
  return stop === 'identity_contested' || stop === 'contact_changed' ? stop : null
}

/**
 * Makes the run of a plan with its pseudonym key, and enqueues it. The caller has judged that it may run. `notBefore`: for a
 * caller that works the run itself; the job then only sees to what a crash left.
 */
export async function startRun(
  tx: Transaction,
  runtime: Runtime,
  plan: PlanRow,
  actor: Actor,
  notBefore?: Temporal.Instant,
): Promise<string> {
  const runId = crypto.randomUUID()
  const [organisation, systems] = await together([readOrganisation(tx), systemsOfPlan(tx, plan.id)])
  await tx.insert(erasureRun).values({
    id: runId,
    planId: plan.id,
    requestId: plan.requestId,
    at: runtime.clock.now(),
    byStaffId: actor.kind === 'staff' ? actor.id : null,
    rowsPerBatch: organisation['erasure.rowsPerBatch'],
    pseudonymKey: runtime.keys.seal('wrapping', newKey(), `erasure_run.pseudonym_key:${runId}`),
  })
  await together([
    tx.update(erasurePlan).set({ state: 'executed' }).where(eq(erasurePlan.id, plan.id)),
    systems.length > 0 ? tx.insert(runSystem).values(systems.map(({ systemKey }) => ({ runId, systemKey }))) : null,
    appendEvidence(tx, runtime, { actor, verb: 'run.started', data: { run: runId, plan: plan.id, cause: plan.cause } }),
    enqueueJob(tx, runTask, { runId }, { jobKey: runJobKey(runId), ...(notBefore ? { runAt: notBefore } : {}) }),
  ])
  return runId
}
