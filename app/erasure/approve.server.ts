import { and, desc, eq, inArray, isNull } from 'drizzle-orm'
import { erasurePlan, planApproval, planDecision, planReturn } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Blocker } from '~/holds/may-touch'
import type { Actor, Runtime } from '~/platform/runtime.server'
import type { Mover } from '~/requests/lifecycle'
import { lockRequest, moveRequest, type MoveOrder } from '~/requests/move.server'
import { askHolds } from './blockers.server'
import type { Cause } from './plan'
import { openPlan, systemsOfPlan, type PlanRow } from './plan-store.server'
import { readSummary } from './read-summary'

type Staff = Extract<Actor, { kind: 'staff' }>

export type ApprovalRefusal =
  | { ok: false; reason: 'no_plan' | 'hash_mismatch' | 'same_person' | 'not_open' | 'undecided' | 'not_yours' }
  | { ok: false; reason: 'blocked'; blockedBy: readonly Blocker[] }

/** Which plan: the present one of a request, or one that no request asked for (retention). */
export type WhichPlan =
  { readonly requestId: string; readonly planId?: never } | { readonly planId: string; readonly requestId?: never }

/** The plan that waits for somebody, locked for the rest of the transaction. */
export async function lockPresentPlan(tx: Transaction, which: WhichPlan): Promise<PlanRow | undefined> {
  const at =
    which.planId === undefined
      ? eq(erasurePlan.requestId, which.requestId)
      : and(eq(erasurePlan.id, which.planId), isNull(erasurePlan.requestId))
  const [row] = await tx
    .select()
    .from(erasurePlan)
    .where(and(at, inArray(erasurePlan.state, ['open', 'approved'])))
    .orderBy(desc(erasurePlan.number))
    .limit(1)
    .for('update')
  return row
}

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
  if (plan.state !== 'open' || (plan.requestId && request?.state !== 'awaiting_approval'))
    return { ok: false, reason: 'not_open' }
  if (await isUndecided(tx, plan.id)) return { ok: false, reason: 'undecided' }
  const { search } = await openPlan(tx, runtime, plan)
  const free = await askHolds(tx, runtime, {
    cause: plan.cause as Cause,
    requestId: plan.requestId,
    addresses: search.identifiers.email ?? [],
  })
  if (!free.ok) return { ok: false, reason: 'blocked', blockedBy: free.blockedBy }
  await tx
    .insert(planApproval)
    .values({ planId: plan.id, hash: plan.hash, at: runtime.clock.now(), byStaffId: order.actor.id })
  await tx.update(erasurePlan).set({ state: 'approved' }).where(eq(erasurePlan.id, plan.id))
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'plan.approved',
    request,
    data: { plan: plan.id, hash: plan.hash },
  })
  return { ok: true, planId: plan.id }
}

/** True while a link that can't be emptied has nobody's word on it. */
async function isUndecided(db: Executor, planId: string): Promise<boolean> {
  const settled = await db.select().from(planDecision).where(eq(planDecision.planId, planId))
  const known = new Set(settled.map((each) => JSON.stringify([each.systemKey, each.table, each.columns])))
  const systems = await systemsOfPlan(db, planId)
  return systems.some((system) =>
    readSummary(system.summary).decisions.some(
      (each) => !known.has(JSON.stringify([system.systemKey, each.table, each.columns])),
    ),
  )
}

/** Accepts a link that can't be emptied as it stands, with a reason. */
export async function settleDecision(
  tx: Transaction,
  runtime: Runtime,
  order: { requestId: string; system: string; table: string; columns: readonly string[]; reason: string; actor: Staff },
): Promise<{ ok: true } | { ok: false; reason: 'no_plan' }> {
  const plan = await lockPresentPlan(tx, order)
  if (!plan) return { ok: false, reason: 'no_plan' }
  const { sealer } = await openPlan(tx, runtime, plan)
  await tx
    .insert(planDecision)
    .values({
      planId: plan.id,
      systemKey: order.system,
      table: order.table,
      columns: [...order.columns],
      at: runtime.clock.now(),
      byStaffId: order.actor.id,
      reasonSealed: sealer.seal(`plan_decision.reason:${plan.id}`, order.reason),
    })
    .onConflictDoNothing()
  return { ok: true }
}

/** The approver sends the plan back with a reason: the request is in progress again. */
export function rejectPlan(tx: Transaction, runtime: Runtime, order: ReturnOrder) {
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

async function returnPlan(tx: Transaction, runtime: Runtime, order: ReturnOrder, kind: 'rejected' | 'recalled') {
  const plan = await lockPresentPlan(tx, order)
  if (!plan) return { ok: false as const, reason: 'no_plan' as const }
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
