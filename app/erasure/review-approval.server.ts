import { and, desc, eq } from 'drizzle-orm'
import { approvalReview, erasurePlan, planApproval } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import { lockRequest } from '~/requests/move.server'
import type { StaffMember } from '~/staff/accounts.server'
import { may } from '~/staff/permissions'
import { rowsTouched } from './approve-alone.server'
import { rejectPlan } from './approve.server'
import { findPlan, planSealer } from './plan-store.server'
import { tellOfReview } from './tell-of-review.server'

/** accepted: it was right to approve; objected: it was not. */
export const verdicts = ['accepted', 'objected'] as const
export type Verdict = (typeof verdicts)[number]

export type ReviewRefusal = {
  ok: false
  reason: 'unknown_request' | 'nothing_to_review' | 'already_so' | 'same_person' | 'not_yours' | 'reason_missing'
}

/**
 * Another person than the one who approved alone looks at it afterwards, and says whether they agree; who does not says why.
 * It stands once. An objection in time, while nothing was carried out yet, sends the plan back; the admins are told of any.
 */
export async function reviewApproval(
  tx: Transaction,
  runtime: Runtime,
  order: { requestId: string; approvalId: string; verdict: Verdict; reason: string; by: StaffMember },
): Promise<{ ok: true; sentBack: boolean } | ReviewRefusal> {
  const request = await lockRequest(tx, order.requestId)
  if (!request) return { ok: false, reason: 'unknown_request' }
  const approval = await aloneApprovalOf(tx, request.id, order.approvalId)
  const plan = approval ? await findPlan(tx, approval.planId) : undefined
  if (!approval?.reviewBy || !plan) return { ok: false, reason: 'nothing_to_review' }
  if (!may(order.by.role, 'plan.review')) return { ok: false, reason: 'not_yours' }
  if (approval.byStaffId === order.by.id) return { ok: false, reason: 'same_person' }
  const reason = order.reason.trim()
  if (order.verdict === 'objected' && reason.length < 3) return { ok: false, reason: 'reason_missing' }
  const actor = { kind: 'staff', id: order.by.id } as const
  const sealer = await planSealer(tx, runtime, plan)
  const written = await tx
    .insert(approvalReview)
    .values({
      approvalId: approval.id,
      at: runtime.clock.now(),
      byStaffId: order.by.id,
      verdict: order.verdict,
      reasonSealed: reason ? (sealer?.seal(`approval_review.reason:${approval.id}`, reason) ?? null) : null,
    })
    .onConflictDoNothing()
    .returning({ id: approvalReview.id })
  if (written.length === 0) return { ok: false, reason: 'already_so' }
  await appendEvidence(tx, runtime, {
    actor,
    verb: `approval.${order.verdict}`,
    request,
    data: { plan: plan.id, approver: approval.byStaffId, late: approval.reviewLapsedAt === null ? 0 : 1 },
  })
  if (order.verdict === 'accepted') return { ok: true, sentBack: false }
  await tellOfReview(tx, runtime, {
    stage: 'objected',
    approvalId: approval.id,
    approverId: approval.byStaffId,
    request,
    rows: await rowsTouched(tx, plan.id),
    reviewBy: approval.reviewBy,
  })
  if (plan.state !== 'approved' || request.state !== 'awaiting_approval') return { ok: true, sentBack: false }
  const returned = await rejectPlan(tx, runtime, { requestId: request.id, reason, actor, mover: 'approver' })
  return { ok: true, sentBack: returned.ok }
}

/** An approval that somebody gave alone for this request. */
async function aloneApprovalOf(db: Executor, requestId: string, approvalId: string) {
  const [row] = await db
    .select({ approval: planApproval })
    .from(planApproval)
    .innerJoin(erasurePlan, eq(erasurePlan.id, planApproval.planId))
    .where(and(eq(planApproval.id, approvalId), eq(erasurePlan.requestId, requestId), eq(planApproval.alone, true)))
    .orderBy(desc(planApproval.at))
  return row?.approval
}
