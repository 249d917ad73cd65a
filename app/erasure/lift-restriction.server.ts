import { z } from 'zod'
import type { Executor, Transaction } from '~db/client'
import { activeHolds, liftHold } from '~/holds/hold.server'
import type { Runtime } from '~/platform/runtime.server'
import { mailRequester } from '~/requests/answer-mail.server'
import { lockRequest, type RequestRow } from '~/requests/move.server'
import { statusUrl } from '~/requests/status-url'
import { listAppliedMaps } from '~/systems/registry.server'
import { makePlan, type PlanRefusal } from './make-plan.server'
import { findPlan, openPlan, presentPlanRow } from './plan-store.server'
import { startRun } from './start-run.server'

export const liftingSchema = z.object({ reason: z.string().trim().min(10).max(5_000) })

/** The restrictions that a request brought about and that nobody lifted yet. */
export async function restrictionsOf(db: Executor, requestId: string): Promise<string[]> {
  const holds = await activeHolds(db, { requestId, hashes: [] })
  return holds.filter((each) => each.kind === 'restriction' && each.requestId === requestId).map((each) => each.id)
}

/**
 * A person lifts the restriction of a request: the subject is told, with the reason (GDPR art. 18(3)), what the map sets on
 * lifting is set in the systems, and nothing of theirs is blocked by it any more. Refuses where nothing is restricted, and
 * while a system is away: nothing is lifted half.
 */
export async function liftRestriction(
  tx: Transaction,
  runtime: Runtime,
  order: { requestId: string; reason: string; staffId: string },
): Promise<
  | { ok: true; request: RequestRow; runId: string | null }
  | { ok: false; reason: 'not_restricted' | 'unknown_request' }
  | PlanRefusal
> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  const restrictions = await restrictionsOf(tx, row.id)
  if (restrictions.length === 0) return { ok: false, reason: 'not_restricted' }
  const actor = { kind: 'staff', id: order.staffId } as const
  const planned = await presentPlanRow(tx, row.id)
  const systems = await systemsThatLift(tx)
  let runId: string | null = null
  if (planned && systems.length > 0) {
    // The same person as was restricted, whoever was chosen then.
    const { search } = await openPlan(tx, runtime, planned)
    const made = await makePlan(tx, runtime, {
      cause: 'restriction_lifted',
      request: null,
      systems,
      identifiers: search.identifiers,
      facts: search.facts,
      subjects: search.subjects.filter((each) => systems.includes(each.system)),
      intent: { kind: 'effects', cause: 'restriction_lifted', to: null },
      actor,
    })
    if (!made.ok) return made
    const plan = made.plan.changes > 0 ? await findPlan(tx, made.plan.id) : undefined
    if (plan) runId = await startRun(tx, runtime, plan, actor)
  }
  for (const holdId of restrictions) await liftHold(tx, runtime, { holdId, staffId: order.staffId })
  await mailRequester(tx, runtime, row, 'restriction_lifted', ({ name }) => ({
    reference: row.reference,
    name,
    explanation: order.reason,
    statusUrl: statusUrl(runtime, row),
  }))
  return { ok: true, request: row, runId }
}

async function systemsThatLift(db: Executor): Promise<string[]> {
  return (await listAppliedMaps(db))
    .filter(({ map }) => Object.values(map.tables).some((table) => table.onRestrictionLifted.length > 0))
    .map(({ system }) => system.key)
}
