import { desc, eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { retentionOrder } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { approvePlan } from '~/erasure/approve.server'
import type { ApprovalRefusal } from '~/erasure/approve.server'
import { makePlan } from '~/erasure/make-plan.server'
import type { PlanRefusal } from '~/erasure/make-plan.server'
import { planForApi } from '~/erasure/present.server'
import { findPlan } from '~/erasure/plan-store.server'
import { executePlan } from '~/erasure/start-run.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import type { Role } from '~/staff/roles'
import type { StaffMember } from '~/staff/accounts.server'
import { SystemError } from '~/systems/adapters/adapter'
import type { RowKey } from '~/systems/located'
import { openSystem } from '~/systems/registry.server'
import { resolvedTable } from '~/systems/resolved-map'
import { findFinding } from './findings.server'
import { stillDue } from './find-due.server'
import { heldRows } from './hold-rows.server'
import { retentionDay } from './scan.server'

export type Ordered = 'delete' | 'pseudonymise'

export type OrderRefusal =
  | Exclude<PlanRefusal, { reason: 'nothing_known' }>
  | {
      ok: false
      reason: 'unknown_finding' | 'nothing_selected' | 'no_longer_due' | 'nothing_to_rewrite' | 'nothing_known'
    }

/**
 * Makes the plan that erases selected rows of a finding: those of them whose term is over now, and what has to go with
 * them. It goes the one path to erase: another person approves it on its hash, then it runs and is verified.
 * `places`: positions among the rows that the finding offers.
 */
export async function orderErasure(
  runtime: Runtime,
  order: { findingId: string; places: readonly number[]; action: Ordered; by: StaffMember },
): Promise<{ ok: true; planId: string; rows: number } | OrderRefusal> {
  const offered = await findFinding(runtime.db, runtime, order.findingId)
  if (!offered) return { ok: false, reason: 'unknown_finding' }
  const chosen = [...new Set(order.places)].flatMap((place) => (offered.keys[place] ? [offered.keys[place]] : []))
  if (chosen.length === 0) return { ok: false, reason: 'nothing_selected' }
  const { finding } = offered
  const checked = await keysNow(runtime, finding, chosen, order.action)
  if (!checked.ok) return checked
  return inTransaction(runtime, async (tx) => {
    const made = await makePlan(tx, runtime, {
      cause: 'retention',
      request: null,
      systems: [finding.system],
      identifiers: {},
      rows: [{ system: finding.system, table: finding.table, keys: checked.keys }],
      intent: { kind: 'erase', only: new Map([[finding.table, order.action]]) },
      actor: { kind: 'staff', id: order.by.id },
    })
    if (!made.ok) return made
    await tx.insert(retentionOrder).values({
      findingId: finding.id,
      systemKey: finding.system,
      table: finding.table,
      action: order.action,
      rows: checked.keys.length,
      planId: made.plan.id,
      at: runtime.clock.now(),
      byStaffId: order.by.id,
    })
    return { ok: true, planId: made.plan.id, rows: checked.keys.length }
  })
}

/** Of the chosen rows those that are due now: since the scan somebody may have come back, or set a hold. */
async function keysNow(
  runtime: Runtime,
  finding: { system: string; table: string; step: number },
  chosen: readonly RowKey[],
  action: Ordered,
): Promise<{ ok: true; keys: RowKey[] } | OrderRefusal> {
  const away = (kind: string): OrderRefusal => ({
    ok: false,
    reason: 'system_unavailable',
    system: finding.system,
    kind,
  })
  try {
    const opened = await openSystem(runtime, runtime.db, finding.system)
    if (!opened.ok) return away(opened.reason)
    const table = resolvedTable(opened.system.map, finding.table)
    const rewritten = Object.values(table.map.columns).some((column) => column.with && column.with.kind !== 'keep')
    if (action === 'pseudonymise' && !rewritten) return { ok: false, reason: 'nothing_to_rewrite' }
    const day = await retentionDay(runtime, runtime.db)
    const held = await heldRows(runtime.db, runtime, finding.system, day.today)
    const { adapter } = opened.system
    const keys = await stillDue(adapter, opened.system, table, day, held(table.id), finding.step, chosen)
    return keys.length === 0 ? { ok: false, reason: 'no_longer_due' } : { ok: true, keys }
  } catch (error) {
    if (error instanceof SystemError) return away(error.kind)
    throw error
  }
}

/** Another person approves such a plan on its hash, and it is carried out at once. */
export async function approveErasure(
  tx: Transaction,
  runtime: Runtime,
  order: { planId: string; hash: string; by: StaffMember },
): Promise<{ ok: true; runId: string } | ApprovalRefusal> {
  const actor = { kind: 'staff', id: order.by.id } as const
  const mover: Exclude<Role, 'auditor'> | null = order.by.role === 'auditor' ? null : order.by.role
  if (!mover) return { ok: false, reason: 'not_yours' }
  const approved = await approvePlan(tx, runtime, { planId: order.planId, hash: order.hash, actor, mover })
  if (!approved.ok) return approved
  const started = await executePlan(tx, runtime, { planId: order.planId, actor, mover })
  if (started.ok) return started
  if (started.reason === 'blocked') return started
  throw new Error(`An approved plan can't be carried out: ${started.reason}`)
}

export type OrderListed = {
  planId: string
  system: string
  table: string
  action: Ordered
  rows: number
  at: Temporal.Instant
  byStaffId: string
  /** open: waits for somebody to approve; executed: it ran or runs; stale: the rows changed meanwhile. */
  state: string
  hash: string
  /** What the plan does in all: rows by table and action. */
  effects: { table: string; action: string; rows: number }[]
}

/** The newest orders with their plans: what waits for approval, and what became of the rest. */
export async function listOrders(db: Executor, limit = 50): Promise<OrderListed[]> {
  const rows = await db.select().from(retentionOrder).orderBy(desc(retentionOrder.at)).limit(limit)
  const listed: OrderListed[] = []
  for (const row of rows) {
    const plan = row.planId ? await findPlan(db, row.planId) : undefined
    const shown = row.planId ? await planForApi(db, row.planId) : null
    if (!plan || !shown) continue
    listed.push({
      planId: plan.id,
      system: row.systemKey,
      table: row.table,
      action: row.action === 'delete' ? 'delete' : 'pseudonymise',
      rows: row.rows,
      at: row.at,
      byStaffId: row.byStaffId,
      state: plan.state,
      hash: plan.hash,
      effects: shown.systems.flatMap((system) =>
        system.tables.map(({ table, action, rows: count }) => ({ table, action, rows: count })),
      ),
    })
  }
  return listed
}

/** Which order a plan belongs to; undefined when it is none of retention's. */
export async function orderOfPlan(
  db: Executor,
  planId: string,
): Promise<typeof retentionOrder.$inferSelect | undefined> {
  const [row] = await db.select().from(retentionOrder).where(eq(retentionOrder.planId, planId))
  return row
}
