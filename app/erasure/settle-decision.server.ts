import { eq } from 'drizzle-orm'
import { planDecision } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import { findRequest } from '~/requests/find.server'
import { lockPresentPlan } from './lock-plan.server'
import type { OpenDecision } from './plan'
import { openPlan, systemsOfPlan } from './plan-store.server'
import { readSummary } from './read-summary'

export type PlanDecisionOpen = OpenDecision & { readonly system: string }

const wordOf = (system: string, { table, columns }: Pick<OpenDecision, 'table' | 'columns'>) =>
  JSON.stringify([system, table, columns])

/** Links that can't be emptied and on which nobody has said a word: until then nobody may approve the plan. */
export async function openDecisions(db: Executor, planId: string): Promise<PlanDecisionOpen[]> {
  const [settled, systems] = await together([
    db.select().from(planDecision).where(eq(planDecision.planId, planId)),
    systemsOfPlan(db, planId),
  ])
  const known = new Set(settled.map((each) => wordOf(each.systemKey, each)))
  return systems.flatMap(({ systemKey, summary }) =>
    readSummary(summary)
      .decisions.filter((each) => !known.has(wordOf(systemKey, each)))
      .map((each) => ({ ...each, system: systemKey })),
  )
}

/** Accepts a link that can't be emptied as it stands, with a reason. Refused where the plan asks nothing of the kind. */
export async function settleDecision(
  tx: Transaction,
  runtime: Runtime,
  order: {
    requestId: string
    system: string
    table: string
    columns: readonly string[]
    reason: string
    actor: Extract<Actor, { kind: 'staff' }>
  },
): Promise<{ ok: true } | { ok: false; reason: 'no_plan' | 'not_open' | 'already_so' }> {
  const plan = await lockPresentPlan(tx, { requestId: order.requestId })
  if (!plan) return { ok: false, reason: 'no_plan' }
  if (plan.state !== 'open') return { ok: false, reason: 'not_open' }
  const asked = (await openDecisions(tx, plan.id)).find(
    (each) => wordOf(each.system, each) === wordOf(order.system, order),
  )
  if (!asked) return { ok: false, reason: 'already_so' }
  const { sealer } = await openPlan(tx, runtime, plan)
  await tx.insert(planDecision).values({
    planId: plan.id,
    systemKey: order.system,
    table: order.table,
    columns: [...order.columns],
    at: runtime.clock.now(),
    byStaffId: order.actor.id,
    reasonSealed: sealer.seal(`plan_decision.reason:${plan.id}`, order.reason),
  })
  const request = await findRequest(tx, order.requestId)
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'plan.decision_settled',
    ...(request ? { request } : {}),
    system: order.system,
    data: { plan: plan.id, table: order.table, columns: [...order.columns], rows: asked.rows },
  })
  return { ok: true }
}
