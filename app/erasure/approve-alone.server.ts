import { eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { erasurePlan, planApproval } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { lockRequest } from '~/requests/move.server'
import { inRole, readReach, type Reach } from '~/staff/reach.server'
import { whatStopsApproval, type ApprovalRefusal } from './approve.server'
import { lockPresentPlan } from './lock-plan.server'
import { findPlan, openPlan, systemsOfPlan, type PlanRow } from './plan-store.server'
import { readSummary } from './read-summary'
import { mayReview, tellOfReview } from './tell-of-review.server'

/** So many rows somebody may let go on their own word at the most (design.md "Approve"). */
export const aloneRows = 1_000

/** Within so many days another person looks at it. */
export const reviewDays = 14

export type AloneRefusal =
  | Exclude<ApprovalRefusal, { reason: 'same_person' | 'hash_mismatch' | 'no_plan' | 'not_yours' }>
  | {
      ok: false
      reason:
        | 'no_plan'
        | 'hash_mismatch'
        | 'not_your_plan'
        | 'reason_missing'
        | 'alone_never'
        | 'other_approver'
        | 'no_reviewer'
        | 'several_persons'
        | 'too_many_rows'
    }

/**
 * The exception to four eyes: whoever made the present plan of a request approves it as well. Only where the organisation
 * allows it (`erasure.approvalAlone`), for one person and no more than `aloneRows` rows, with a reason, and where somebody is
 * there who looks at it afterwards. All admins and whoever may review are told in the same transaction. The caller has seen
 * to it that the person proved again who they are.
 */
export async function approveAlone(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'> & Runtime,
  order: { requestId: string; hash: string; reason: string; actor: Extract<Actor, { kind: 'staff' }> },
): Promise<{ ok: true; planId: string; reviewBy: Temporal.PlainDate } | AloneRefusal> {
  const reason = order.reason.trim()
  if (reason.length < 3) return { ok: false, reason: 'reason_missing' }
  const request = await lockRequest(tx, order.requestId)
  const plan = await lockPresentPlan(tx, { requestId: order.requestId })
  if (!plan || !request) return { ok: false, reason: 'no_plan' }
  if (plan.hash !== order.hash) return { ok: false, reason: 'hash_mismatch' }
  const stop =
    (await whyNotAlone(tx, runtime, plan, order.actor.id)) ?? (await whatStopsApproval(tx, runtime, plan, request))
  if (stop) return stop
  const reach = await readReach(tx, runtime)
  const reviewBy = reach.today.add({ days: reviewDays })
  const { sealer } = await openPlan(tx, runtime, plan)
  const approvalId = crypto.randomUUID()
  const rows = await rowsTouched(tx, plan.id)
  await tx.insert(planApproval).values({
    id: approvalId,
    planId: plan.id,
    hash: plan.hash,
    at: runtime.clock.now(),
    byStaffId: order.actor.id,
    alone: true,
    reasonSealed: sealer.seal(`plan_approval.reason:${plan.id}`, reason),
    reviewBy,
  })
  await tx.update(erasurePlan).set({ state: 'approved' }).where(eq(erasurePlan.id, plan.id))
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'plan.approved_alone',
    request,
    data: { plan: plan.id, hash: plan.hash, rows, reviewBy: reviewBy.toString() },
  })
  await tellOfReview(tx, runtime, { stage: 'asked', approvalId, approverId: order.actor.id, request, rows, reviewBy })
  return { ok: true, planId: plan.id, reviewBy }
}

/**
 * Why this person may not approve this plan alone, apart from what stops everybody; null: they may. What it answers is what
 * the page says before anybody presses.
 */
export async function whyNotAlone(
  tx: Transaction | Runtime['db'],
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  plan: PlanRow,
  staffId: string,
): Promise<Extract<AloneRefusal, { reason: Exclude<AloneRefusal['reason'], 'blocked'> }> | null> {
  const refuse = (reason: Exclude<AloneRefusal['reason'], 'blocked' | 'not_open' | 'undecided'>) => ({
    ok: false as const,
    reason,
  })
  if (plan.byStaffId !== staffId) return refuse('not_your_plan')
  const allowed = (await readOrganisation(tx))['erasure.approvalAlone']
  if (allowed === 'never') return refuse('alone_never')
  const reach = await readReach(tx, runtime)
  if (allowed === 'no_other_approver' && approversThere(reach, staffId).length > 0) return refuse('other_approver')
  if (mayReview(reach, staffId).length === 0) return refuse('no_reviewer')
  if (!(await isOfOnePerson(tx, runtime, plan))) return refuse('several_persons')
  return (await rowsTouched(tx, plan.id)) > aloneRows ? refuse('too_many_rows') : null
}

/** Whoever else may approve and is there today. */
const approversThere = (reach: Reach, staffId: string) =>
  inRole(reach, 'approver').filter(({ id }) => id !== staffId && !reach.away.has(id))

/** Rows that a plan deletes or rewrites, and references of other rows that it cuts, over all systems. */
export async function rowsTouched(db: Transaction | Runtime['db'], planId: string): Promise<number> {
  return (await systemsOfPlan(db, planId)).reduce(
    (sum, system) => sum + system.changes + readSummary(system.summary).cuts.reduce((cut, each) => cut + each.rows, 0),
    0,
  )
}

/**
 * Is the plan about one person? It is where nobody had to be chosen, or one row in each subject table was; a follow-up is
 * about whom the plan before it was about. What no request asked for (retention) is about many.
 */
async function isOfOnePerson(
  db: Transaction | Runtime['db'],
  runtime: Pick<Runtime, 'keys'>,
  plan: PlanRow,
): Promise<boolean> {
  if (!plan.requestId) return false
  const { search } = await openPlan(db, runtime, plan)
  const tables = search.subjects.map(({ system, table }) => JSON.stringify([system, table]))
  if (search.rows || new Set(tables).size < tables.length) return false
  const before = plan.followsPlanId ? await findPlan(db, plan.followsPlanId) : undefined
  return before ? isOfOnePerson(db, runtime, before) : true
}
