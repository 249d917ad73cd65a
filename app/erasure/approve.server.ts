import { eq } from 'drizzle-orm'
import { erasurePlan, planApproval, planReturn } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Blocker } from '~/holds/may-touch'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import type { Mover } from '~/requests/lifecycle'
import { lockRequest, moveRequest, type MoveOrder, type RequestRow } from '~/requests/move.server'
import { askHolds } from './blockers.server'
import { lockPresentPlan, type WhichPlan } from './lock-plan.server'
import type { Cause } from './plan'
import { openPlan, type PlanRow } from './plan-store.server'
import { openDecisions } from './settle-decision.server'

type Staff = Extract<Actor, { kind: 'staff' }>

export type ApprovalRefusal =
  | { ok: false; reason: 'no_plan' | 'hash_mismatch' | 'same_person' | 'not_yours' }
  | { ok: false; reason: 'not_open' }
  | { ok: false; reason: 'undecided' }
  | { ok: false; reason: 'blocked'; blockedBy: readonly Blocker[] }

/**
 * Approves the present plan of a request on its hash. By another person than the one who made it: two tokens of one person
 * are one person, since both carry the same staff id. A hash of an older plan is refused.
 */
export async function approvePlan(
  tx: Transaction,
  runtime: Runtime,
  order: WhichPlan & { hash: string; actor: Staff; mover: Mover },
): Promise<{ ok: true; planId: string } | ApprovalRefusal> {
  const request = order.requestId === undefined ? undefined : await lockRequest(tx, order.requestId)
  const plan = await lockPresentPlan(tx, order)
  if (!plan) return { ok: false, reason: 'no_plan' }
  if (order.mover !== 'approver' && order.mover !== 'admin') return { ok: false, reason: 'not_yours' }
  if (plan.hash !== order.hash) return { ok: false, reason: 'hash_mismatch' }
  if (plan.byStaffId === order.actor.id) return { ok: false, reason: 'same_person' }
  const stop = await whatStopsApproval(tx, runtime, plan, request)
  if (stop) return stop
  await together([
    tx
      .insert(planApproval)
      .values({ planId: plan.id, hash: plan.hash, at: runtime.clock.now(), byStaffId: order.actor.id }),
    tx.update(erasurePlan).set({ state: 'approved' }).where(eq(erasurePlan.id, plan.id)),
    appendEvidence(tx, runtime, {
      actor: order.actor,
      verb: 'plan.approved',
      request,
      data: { plan: plan.id, hash: plan.hash },
    }),
  ])
  return { ok: true, planId: plan.id }
}

/** Why nobody may approve this plan now, whoever they are: it is not open, something is undecided, or in its way. */
export async function whatStopsApproval(
  tx: Transaction,
  runtime: Runtime,
  plan: PlanRow,
  request: RequestRow | undefined,
): Promise<Extract<ApprovalRefusal, { reason: 'not_open' | 'undecided' | 'blocked' }> | null> {
  if (plan.state !== 'open' || (plan.requestId && request?.state !== 'awaiting_approval'))
    return { ok: false, reason: 'not_open' }
  const [undecided, { search }] = await together([openDecisions(tx, plan.id), openPlan(tx, runtime, plan)])
  if (undecided.length > 0) return { ok: false, reason: 'undecided' }
  const free = await askHolds(tx, runtime, {
    cause: plan.cause as Cause,
    requestId: plan.requestId,
    addresses: search.identifiers.email ?? [],
  })
  return free.ok ? null : { ok: false, reason: 'blocked', blockedBy: free.blockedBy }
}

/** The approver sends the plan back with a reason: the request is in progress again. A hash of an older plan is refused. */
export function rejectPlan(tx: Transaction, runtime: Runtime, order: ReturnOrder & { hash?: string }) {
  return returnPlan(tx, runtime, order, 'rejected')
}

/** The planner takes the plan back before it was executed. */
export function recallPlan(tx: Transaction, runtime: Runtime, order: ReturnOrder) {
  return returnPlan(tx, runtime, order, 'recalled')
}

export interface ReturnOrder {
  readonly requestId: string
  readonly reason?: string
  readonly actor: Staff
  readonly mover: Mover
  readonly version?: MoveOrder['version']
}

async function returnPlan(
  tx: Transaction,
  runtime: Runtime,
  order: ReturnOrder & { hash?: string },
  kind: 'rejected' | 'recalled',
) {
  const plan = await lockPresentPlan(tx, order)
  if (!plan) return { ok: false as const, reason: 'no_plan' as const }
  if (order.hash && order.hash !== plan.hash) return { ok: false as const, reason: 'hash_mismatch' as const }
  const moved = await moveRequest(tx, runtime, {
    requestId: order.requestId,
    move: 'return_plan',
    actor: order.actor,
    mover: order.mover,
    version: order.version,
    verb: `plan.${kind}`,
    evidence: { plan: plan.id },
  })
  if (!moved.ok) return moved
  const { sealer } = await openPlan(tx, runtime, plan)
  await tx.insert(planReturn).values({
    planId: plan.id,
    kind,
    at: runtime.clock.now(),
    byStaffId: order.actor.id,
    reasonSealed: order.reason ? sealer.seal(`plan_return.reason:${plan.id}`, order.reason) : null,
  })
  await tx.update(erasurePlan).set({ state: kind }).where(eq(erasurePlan.id, plan.id))
  return moved
}
