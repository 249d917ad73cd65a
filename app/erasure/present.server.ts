import { eq } from 'drizzle-orm'
import { planApproval } from '~db/schema'
import type { Executor } from '~db/client'
import { findPlan, presentPlanRow, systemsOfPlan } from './plan-store.server'
import { readSummary } from './read-summary'
import { findingsOfRun, findRun, newestRunOfRequest, systemsOfRun } from './run-records.server'
import type { SystemSummary } from './summary'

/** A plan as the case page shows it: counts only. */
export interface PresentedPlan {
  readonly id: string
  readonly cause: string
  readonly hash: string
  readonly state: string
  readonly needsApproval: boolean
  readonly at: string
  readonly byStaffId: string | null
  readonly approval: { readonly byStaffId: string; readonly at: string } | null
  readonly runId: string | null
  readonly systems: readonly (SystemSummary & {
    readonly system: string
    readonly mapVersion: number
    readonly changes: number
  })[]
}

/** The newest plan of a request with its approval and run; null when none was made. */
export async function presentPlan(db: Executor, requestId: string): Promise<PresentedPlan | null> {
  const plan = await presentPlanRow(db, requestId)
  if (!plan) return null
  const [approval] = await db.select().from(planApproval).where(eq(planApproval.planId, plan.id))
  const run = await newestRunOfRequest(db, requestId)
  const systems = await systemsOfPlan(db, plan.id)
  return {
    id: plan.id,
    cause: plan.cause,
    hash: plan.hash,
    state: plan.state,
    needsApproval: plan.needsApproval,
    at: plan.at.toString(),
    byStaffId: plan.byStaffId,
    approval: approval ? { byStaffId: approval.byStaffId, at: approval.at.toString() } : null,
    runId: run?.planId === plan.id ? run.id : null,
    systems: systems.map((each) => ({
      system: each.systemKey,
      mapVersion: each.mapVersion,
      changes: each.changes,
      ...readSummary(each.summary),
    })),
  }
}

/** The JSON of `POST /api/v1/requests/{reference}/plan` (contract.md). */
export async function planForApi(db: Executor, planId: string) {
  const plan = await findPlan(db, planId)
  if (!plan) return null
  const systems = await systemsOfPlan(db, planId)
  return {
    id: plan.id,
    hash: plan.hash,
    systems: systems.map((each) => {
      const { tables, ...rest } = readSummary(each.summary)
      return {
        system: each.systemKey,
        tables: tables.map(({ until, ...table }) => (until === null ? table : { ...table, until })),
        ...rest,
      }
    }),
  }
}

/** The JSON of `GET /api/v1/runs/{run}` (contract.md); null for an unknown run. */
export async function runForApi(db: Executor, runId: string) {
  const run = await findRun(db, runId)
  if (!run) return null
  const findings = await findingsOfRun(db, runId)
  const systems = await systemsOfRun(db, runId)
  return {
    state: run.state,
    systems: systems.map((each) => ({
      system: each.systemKey,
      state: each.state === 'executed' ? 'running' : each.state,
      deleted: each.deleted,
      pseudonymised: each.pseudonymised,
      kept: each.kept,
      residue:
        each.residueSearched === null
          ? null
          : {
              searched: each.residueSearched,
              findings: findings
                .filter((finding) => finding.systemKey === each.systemKey)
                .map(({ table, column, rows }) => ({ table, column, rows })),
            },
      ...(each.failure ? { error: each.failure } : {}),
    })),
  }
}

/** The newest run of a request as the API shows it, with its id and, when stale, what changed; null when none was started. */
export async function presentRun(db: Executor, requestId: string) {
  const run = await newestRunOfRequest(db, requestId)
  const shown = run ? await runForApi(db, run.id) : null
  return run && shown ? { id: run.id, at: run.at.toString(), difference: run.difference, ...shown } : null
}
