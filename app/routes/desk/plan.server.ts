import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { presentPlan, presentRun } from '~/erasure/present.server'
import { isCancelled } from '~/erasure/cancel-run.server'
import {
  findingsOfRequest,
  findRun,
  isHandedOut,
  isPaused,
  isScanDue,
  systemsOfRun,
} from '~/erasure/run-records.server'
import { groupsOfRequest, openGroup } from '~/erasure/group-records.server'
import { planChanges } from '~/erasure/plan-changes.server'
import { findPlan, planSealer, presentPlanRow, systemsOfPlan } from '~/erasure/plan-store.server'
import { returnOf } from '~/erasure/returned-plan.server'
import { samples } from '~/erasure/samples.server'
import { SystemError } from '~/systems/adapters/adapter'
import { staffNames } from '~/staff/accounts.server'
import { staleShape } from './stale.server'

/** The newest plan of a case and what became of it, for the case page and the pages that judge and carry it out. */
export async function planShape(runtime: Runtime, requestId: string, look: string | null) {
  const { db } = runtime
  const plan = await presentPlan(db, requestId)
  if (!plan) return null
  // What was found is still to be read while its follow-up plan waits.
  const run = plan.runId || plan.cause === 'follow_up' ? await presentRun(db, requestId) : null
  const returned = await returnOf(db, runtime, { id: plan.id, requestId })
  const names = await staffNames(db, [plan.byStaffId, plan.approval?.byStaffId ?? null, returned?.byStaffId ?? null])
  return {
    ...plan,
    zone: (await readOrganisation(db))['organisation.zone'],
    by: plan.byStaffId && (names.get(plan.byStaffId) ?? null),
    approvedBy: plan.approval && (names.get(plan.approval.byStaffId) ?? null),
    returned: returned && {
      kind: returned.kind,
      by: names.get(returned.byStaffId) ?? '',
      at: returned.at.toString(),
      reason: returned.reason,
    },
    run: run && { ...run, ...(await detailsOf(runtime, run.id, requestId)) },
    looked: look ? await lookAt(runtime, plan.id, look) : null,
  }
}

/** What is different in the present plan of a case from the one that a page showed; null: nothing. */
export async function changedSince({ db }: Runtime, requestId: string, shownHash: string) {
  const plan = await presentPlanRow(db, requestId)
  const present = plan && ['open', 'approved'].includes(plan.state) ? plan : null
  return planChanges(db, { requestId, shownHash, present })
}

export type ChangedPlan = NonNullable<Awaited<ReturnType<typeof changedSince>>>

export type PlanShape = NonNullable<Awaited<ReturnType<typeof planShape>>>

async function detailsOf(runtime: Runtime, runId: string, requestId: string) {
  const systems = await systemsOfRun(runtime.db, runId)
  const findings = await findingsOfRequest(runtime.db, requestId)
  const run = await findRun(runtime.db, runId)
  const groups = await groupsOfRequest(runtime.db, requestId)
  const planned = new Map((run ? await systemsOfPlan(runtime.db, run.planId) : []).map((row) => [row.systemKey, row]))
  return {
    stale: await staleShape(runtime, runId),
    closed: Boolean(run?.closedAt),
    paused: await isPaused(runtime.db, runId),
    takenBack: await isCancelled(runtime.db, runId),
    touched: systems.some((row) => row.executedAt !== null || isHandedOut(row)),
    progress: systems.map((system) => ({
      system: system.systemKey,
      rowsDone: system.rowsDone,
      rowsPlanned: planned.get(system.systemKey)?.changes ?? 0,
      verified: system.verifiedAt !== null && system.mismatch === null,
      mismatch: system.mismatch !== null,
      scanDue: isScanDue(system),
      nameHits: system.nameHits,
      notSearched: system.notSearched ?? [],
    })),
    groups: await Promise.all(groups.map((group) => groupShape(runtime, group))),
    findings: findings.map(({ id, systemKey, table, column, rows, decision, carriedOutAt }) => ({
      id,
      systemKey,
      table,
      column,
      rows,
      decision,
      carriedOut: carriedOutAt !== null,
    })),
  }
}

async function groupShape(runtime: Runtime, group: Awaited<ReturnType<typeof groupsOfRequest>>[number]) {
  const plan = await findPlan(runtime.db, group.planId)
  const { keys, mayEmpty } = openGroup(plan ? await planSealer(runtime.db, runtime, plan) : null, group)
  const { id, systemKey, table, columns, size, groups, rows, decision, carriedOutAt } = group
  return {
    id,
    systemKey,
    table,
    columns,
    size,
    groups,
    rows,
    decision,
    carriedOut: carriedOutAt !== null,
    mayEmpty: keys.length > 0 && mayEmpty.length > 0,
  }
}

/** Masked samples of one table, `system/table`, read when somebody looks. */
async function lookAt(runtime: Runtime, planId: string, look: string) {
  const [system = '', ...rest] = look.split('/')
  const table = rest.join('/')
  try {
    const rows = await samples(runtime.db, runtime, { planId, system, table })
    return { system, table, rows: rows.map((row) => row.columns), failed: false }
  } catch (error) {
    if (error instanceof SystemError) return { system, table, rows: [], failed: true }
    throw error
  }
}
