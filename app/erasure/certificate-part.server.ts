import { eq } from 'drizzle-orm'
import { planApproval } from '~db/schema'
import type { Runtime } from '~/platform/runtime.server'
import type { DataMap } from '~/systems/data-map'
import { aloneApprovalsOf } from './alone-approvals.server'
import { groupsOfRequest } from './group-records.server'
import { findPlan, planSealer, systemsOfPlan, type PlanSealer } from './plan-store.server'
import { readSummary } from './read-summary'
import { remainingOf, type CertificateLanguage } from './remaining'
import { findingsOfRun, isScanDue, systemsOfRun, type RunRow } from './run-records.server'

/** One run: its plan, and what it did in each system. */
export async function partOf(
  runtime: Pick<Runtime, 'db' | 'keys'>,
  { maps, zone, language }: { maps: ReadonlyMap<string, DataMap>; zone: string; language: CertificateLanguage },
  run: RunRow,
) {
  const { db } = runtime
  const plan = await findPlan(db, run.planId)
  if (!plan) throw new Error('A run without its plan')
  const [approval] = await db.select().from(planApproval).where(eq(planApproval.planId, plan.id))
  const alone = approval?.alone && plan.requestId ? await aloneApprovalsOf(db, runtime, plan.requestId) : []
  const review = alone.find((each) => each.planId === plan.id)
  const planned = new Map((await systemsOfPlan(db, plan.id)).map((each) => [each.systemKey, each]))
  const sealer = await planSealer(db, runtime, plan)
  const findings = await findingsOfRun(db, run.id)
  const groups = plan.requestId ? await groupsOfRequest(db, plan.requestId) : []
  const systems = (await systemsOfRun(db, run.id)).map((row) => {
    const system = planned.get(row.systemKey)
    const { residueSearched: searched } = row
    return {
      system: row.systemKey,
      mapVersion: system?.mapVersion ?? null,
      state: row.state === 'executed' ? 'running' : row.state,
      executedAt: row.executedAt?.toString() ?? null,
      verifiedAt: row.verifiedAt?.toString() ?? null,
      deleted: row.deleted,
      pseudonymised: row.pseudonymised,
      kept: row.kept,
      /** As approved; what a system that is not done made of it stands in the counts above. */
      planned: system
        ? readSummary(system.summary).tables.map(({ table, action, reason, until, rows }) => ({
            table,
            action,
            reason,
            until,
            rows,
          }))
        : [],
      scanDue: isScanDue(row),
      residue:
        searched === null
          ? null
          : {
              searched,
              nameHits: row.nameHits ?? 0,
              notSearched: row.notSearched ?? [],
              findings: findings
                .filter((finding) => finding.systemKey === row.systemKey)
                .map(({ id, table, column, rows, decision, carriedOutAt, reasonSealed }) => ({
                  table,
                  column,
                  rows,
                  decision,
                  carriedOutAt: carriedOutAt?.toString() ?? null,
                  reason: openReason(sealer, `residue_finding.reason:${id}`, reasonSealed),
                })),
            },
      /** Pseudonymised rows that share with fewer than five what was kept or generalised; `size` null: not counted. */
      smallGroups: groups
        .filter((group) => group.runSystemId === row.id)
        .map(({ id, table, columns, size, groups: many, rows, decision, carriedOutAt, reasonSealed }) => ({
          table,
          columns,
          size,
          groups: many,
          rows,
          decision,
          carriedOutAt: carriedOutAt?.toString() ?? null,
          reason: openReason(sealer, `small_group.reason:${id}`, reasonSealed),
        })),
      error: row.failure,
      skipReason: openReason(sealer, `run_system.skip_reason:${row.id}`, row.skipReasonSealed),
      remaining: remainingOf(row, maps.get(row.systemKey), zone, language),
    }
  })
  return {
    run: run.id,
    plan: {
      id: plan.id,
      cause: plan.cause,
      hash: plan.hash,
      by: plan.byStaffId,
      approvedBy: approval?.byStaffId ?? null,
      approvedAt: approval?.at.toString() ?? null,
      alone: approval?.alone ?? false,
      /** Where it was approved alone: why, by when another person looks, and what they found. */
      review: review
        ? {
            reason: review.reason,
            reviewBy: review.reviewBy.toString(),
            lapsed: review.lapsedAt !== null,
            verdict: review.review?.verdict ?? null,
            by: review.review?.byStaffId ?? null,
            at: review.review?.at.toString() ?? null,
            objection: review.review?.reason ?? null,
          }
        : null,
    },
    pseudonymKeyDestroyedAt: run.keyDestroyedAt?.toString() ?? null,
    systems,
  }
}

function openReason(sealer: PlanSealer | null, place: string, sealed: Uint8Array | null): string | null {
  return sealer && sealed ? sealer.open(place, sealed) : null
}
