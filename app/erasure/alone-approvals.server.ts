import { and, asc, count, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { approvalReview, erasurePlan, planApproval } from '~db/schema'
import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { rowsTouched } from './approve-alone.server'
import { planSealer } from './plan-store.server'
import type { Verdict } from './review-approval.server'

/** An approval that somebody gave alone, and what another person thought of it afterwards. */
export interface AloneApproval {
  readonly id: string
  readonly planId: string
  readonly requestId: string
  readonly hash: string
  readonly byStaffId: string
  readonly at: Temporal.Instant
  /** Null once the case is purged. */
  readonly reason: string | null
  /** Last day, in the organisation's zone. */
  readonly reviewBy: Temporal.PlainDate
  readonly lapsedAt: Temporal.Instant | null
  readonly review: {
    readonly verdict: Verdict
    readonly byStaffId: string
    readonly at: Temporal.Instant
    readonly reason: string | null
  } | null
}

/** So many are listed at once. */
const listed = 200

/** What was approved alone for a request, oldest first, with the reasons that people gave. */
export async function aloneApprovalsOf(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  requestId: string,
): Promise<AloneApproval[]> {
  const rows = await select(db)
    .where(and(isAlone, eq(erasurePlan.requestId, requestId)))
    .orderBy(asc(planApproval.at))
  return Promise.all(rows.map((row) => shaped(db, runtime, row)))
}

/** What was approved alone in all, newest first (the last 200), with the case's reference and how many rows it was about. */
export async function aloneApprovals(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
): Promise<(AloneApproval & { reference: string; rows: number })[]> {
  const rows = await select(db).where(isAlone).orderBy(desc(planApproval.at)).limit(listed)
  return Promise.all(
    rows.map(async (row) => {
      const approval = await shaped(db, runtime, row)
      const request = await findRequest(db, approval.requestId)
      return { ...approval, reference: request?.reference ?? '', rows: await rowsTouched(db, approval.planId) }
    }),
  )
}

/** What nobody has looked at yet, the oldest first: the task of those who may review. */
export async function openReviews(
  db: Executor,
): Promise<Pick<AloneApproval, 'id' | 'planId' | 'requestId' | 'byStaffId' | 'reviewBy' | 'lapsedAt'>[]> {
  const rows = await select(db)
    .where(and(isAlone, isNull(approvalReview.id)))
    .orderBy(asc(planApproval.reviewBy))
  return rows.flatMap(({ approval, requestId }) =>
    requestId && approval.reviewBy
      ? [
          {
            id: approval.id,
            planId: approval.planId,
            requestId,
            byStaffId: approval.byStaffId,
            reviewBy: approval.reviewBy,
            lapsedAt: approval.reviewLapsedAt,
          },
        ]
      : [],
  )
}

/** How many approvals were given alone in all, and what became of them. */
export async function aloneFigures(
  db: Executor,
): Promise<{ all: number; open: number; late: number; objected: number }> {
  const [row] = await db
    .select({
      all: count(),
      open: sql<number>`count(*) filter (where ${approvalReview.id} is null)::int`,
      late: sql<number>`count(*) filter (where ${approvalReview.id} is null and ${planApproval.reviewLapsedAt} is not null)::int`,
      objected: sql<number>`count(*) filter (where ${approvalReview.verdict} = 'objected')::int`,
    })
    .from(planApproval)
    .leftJoin(approvalReview, eq(approvalReview.approvalId, planApproval.id))
    .where(isAlone)
  return row ?? { all: 0, open: 0, late: 0, objected: 0 }
}

const isAlone = eq(planApproval.alone, true)

const select = (db: Executor) =>
  db
    .select({ approval: planApproval, review: approvalReview, requestId: erasurePlan.requestId })
    .from(planApproval)
    .innerJoin(erasurePlan, eq(erasurePlan.id, planApproval.planId))
    .leftJoin(approvalReview, eq(approvalReview.approvalId, planApproval.id))

async function shaped(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  { approval, review, requestId }: Awaited<ReturnType<typeof select>>[number],
): Promise<AloneApproval> {
  if (!requestId || !approval.reviewBy) throw new Error('An approval given alone without a request or a last day')
  const sealer = await planSealer(db, runtime, { id: approval.planId, requestId })
  const opened = (place: string, sealed: Uint8Array | null) => (sealer && sealed ? sealer.open(place, sealed) : null)
  return {
    id: approval.id,
    planId: approval.planId,
    requestId,
    hash: approval.hash,
    byStaffId: approval.byStaffId,
    at: approval.at,
    reason: opened(`plan_approval.reason:${approval.planId}`, approval.reasonSealed),
    reviewBy: approval.reviewBy,
    lapsedAt: approval.reviewLapsedAt,
    review: review && {
      verdict: review.verdict === 'accepted' ? 'accepted' : 'objected',
      byStaffId: review.byStaffId,
      at: review.at,
      reason: opened(`approval_review.reason:${approval.id}`, review.reasonSealed),
    },
  }
}
