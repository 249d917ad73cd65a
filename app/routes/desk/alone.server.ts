import { aloneApprovalsOf } from '~/erasure/alone-approvals.server'
import type { Runtime } from '~/platform/runtime.server'
import { may } from '~/staff/permissions'
import { staffNames, type StaffMember } from '~/staff/accounts.server'

/** What was approved alone in a case, as its pages show it: names beside ids, dates ISO 8601, and what the reader may do. */
export async function aloneShape(runtime: Runtime, requestId: string, reader: StaffMember) {
  const approvals = await aloneApprovalsOf(runtime.db, runtime, requestId)
  const names = await staffNames(
    runtime.db,
    approvals.flatMap((each) => [each.byStaffId, each.review?.byStaffId ?? null]),
  )
  return approvals.map((each) => ({
    id: each.id,
    planId: each.planId,
    by: names.get(each.byStaffId) ?? '',
    own: each.byStaffId === reader.id,
    at: each.at.toString(),
    reason: each.reason,
    reviewBy: each.reviewBy.toString(),
    lapsed: each.lapsedAt !== null,
    mayReview: each.review === null && each.byStaffId !== reader.id && may(reader.role, 'plan.review'),
    review: each.review && {
      verdict: each.review.verdict,
      by: names.get(each.review.byStaffId) ?? '',
      at: each.review.at.toString(),
      reason: each.review.reason,
    },
  }))
}

export type AloneShape = Awaited<ReturnType<typeof aloneShape>>
