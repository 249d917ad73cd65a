import { and, eq, isNull } from 'drizzle-orm'
import { planApproval } from '~db/schema'
import { appendEvidence } from '~/evidence/append.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { staffToday } from '~/staff/absence.server'
import { openReviews } from './alone-approvals.server'
import { rowsTouched } from './approve-alone.server'
import { tellOfReview, type ReviewStage } from './tell-of-review.server'

/** So many days before the last one those who may review are reminded. */
const remindDays = 3

/**
 * Reminds of what somebody approved alone and nobody has looked at: once shortly before the last day those who may look, and
 * from the day after it every week the admins, until somebody does. That the day went by is evidence, once. May run often.
 */
export async function remindReviews(runtime: Runtime): Promise<void> {
  const today = await staffToday(runtime.db, runtime)
  for (const open of await openReviews(runtime.db)) {
    const left = today.until(open.reviewBy).days
    if (left > remindDays) continue
    await inTransaction(runtime, async (tx) => {
      const request = await findRequest(tx, open.requestId)
      if (!request) return
      const tell = async (stage: ReviewStage, again = 0) =>
        tellOfReview(tx, runtime, {
          stage,
          approvalId: open.id,
          approverId: open.byStaffId,
          request,
          rows: await rowsTouched(tx, open.planId),
          reviewBy: open.reviewBy,
          again,
        })
      if (left >= 0) return tell('due')
      const lapsed = await tx
        .update(planApproval)
        .set({ reviewLapsedAt: runtime.clock.now() })
        .where(and(eq(planApproval.id, open.id), isNull(planApproval.reviewLapsedAt)))
        .returning({ id: planApproval.id })
      if (lapsed.length > 0)
        await appendEvidence(tx, runtime, {
          actor: { kind: 'system' },
          verb: 'approval.review_lapsed',
          request,
          data: { plan: open.planId, approver: open.byStaffId, reviewBy: open.reviewBy.toString() },
        })
      return tell('lapsed', Math.floor((-left - 1) / 7))
    })
  }
}
