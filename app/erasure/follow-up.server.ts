import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { erasureRun, residueFinding, runSystem } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { judgeMove, type MoveName, type Mover, type RequestState } from '~/requests/lifecycle'
import { lockRequest, moveRequest, type RequestRow } from '~/requests/move.server'
import { openSystem } from '~/systems/registry.server'
import { groupsOfRequest, openGroup } from './group-records.server'
import { makePlan, type MadePlan, type PlanRefusal } from './make-plan.server'
import { findPlan, openPlan, readContents, systemsOfPlan, type FoundPlaces } from './plan-store.server'
import { leaveRest, restOfRun } from './rest-of-run.server'
import { newestRunOfRequest } from './run-records.server'

export type FollowUpRefusal =
  | PlanRefusal
  | {
      ok: false
      reason: 'unknown_request' | 'conflict' | 'not_from_here' | 'not_yours' | 'nothing_decided' | 'still_running'
    }

/**
 * Makes the plan that carries out what was decided about the findings and the small groups of a request, and lays it before
 * an approver: the same hash, four eyes, run and verification as any other plan. Only the columns in which something was
 * found, or that tell a small group apart, are touched.
 */
export async function planFollowUp(
  tx: Transaction,
  runtime: Runtime,
  order: { requestId: string; actor: Actor; mover: Mover; version?: number | undefined },
): Promise<{ ok: true; plan: MadePlan; request: RequestRow } | FollowUpRefusal> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  if (order.version !== undefined && order.version !== row.version) return { ok: false, reason: 'conflict' }
  const move: MoveName = row.state === 'in_progress' ? 'submit_plan' : 'follow_up'
  const verdict = judgeMove(move, row.state as RequestState, order.mover)
  if (!verdict.ok) return verdict
  const newest = await newestRunOfRequest(tx, row.id)
  // A follow-up that no longer fitted in one of several systems is planned anew for all that has not gone.
  const left = await restOfRun(tx, row.id)
  const rest = left.ok && left.rest.plan.cause === 'follow_up' ? left.rest : null
  if (newest && newest.state !== 'done' && !rest && row.state === 'executing')
    return { ok: false, reason: 'still_running' }
  const decided = await decidedFindings(tx, row.id)
  const groups = (await groupsOfRequest(tx, row.id)).filter(
    (each) => each.decision === 'empty' && each.carriedOutAt === null,
  )
  const planId = decided[0]?.planId ?? groups[0]?.planId
  const plan = planId ? await findPlan(tx, planId) : undefined
  if (!plan) return { ok: false, reason: 'nothing_decided' }
  const { search, sealer } = await openPlan(tx, runtime, plan)
  const traces: FoundPlaces['traces'] = { identifiers: [], phones: [], names: [] }
  for (const system of await systemsOfPlan(tx, plan.id)) {
    const known = (await readContents(tx, sealer, system.id)).traces
    traces.identifiers.push(...known.identifiers)
    traces.phones.push(...known.phones)
    traces.names.push(...known.names)
  }
  const places: FoundPlaces['places'] = []
  for (const { finding, systemKey } of decided) {
    if (!finding.keysSealed) continue
    const keys = z
      .array(z.array(z.string()))
      .parse(JSON.parse(sealer.open(`residue_finding.keys:${finding.id}`, finding.keysSealed)))
    const how = finding.decision === 'erase' ? 'empty_if_alone' : await redactionOf(tx, runtime, systemKey, finding)
    places.push({
      finding: finding.id,
      system: systemKey,
      table: finding.table,
      column: finding.column,
      with: how,
      keys,
    })
  }
  for (const group of groups) {
    const { keys, mayEmpty } = openGroup(sealer, group)
    const of = { finding: group.id, system: group.systemKey, table: group.table, with: 'empty' as const, keys }
    places.push(...mayEmpty.map((column) => ({ ...of, column })))
  }
  const made = await makePlan(tx, runtime, {
    cause: 'follow_up',
    request: { id: row.id, reference: row.reference },
    systems: [...new Set(places.map((place) => place.system))],
    identifiers: search.identifiers,
    intent: { kind: 'erase', only: null },
    findings: { traces, places },
    followsPlanId: plan.id,
    actor: order.actor,
  })
  if (!made.ok) return made
  if (rest) await leaveRest(tx, runtime, { rest, actor: order.actor, request: row })
  const moved = await moveRequest(tx, runtime, {
    requestId: row.id,
    move,
    actor: order.actor,
    mover: order.mover,
    evidence: { plan: made.plan.id },
  })
  if (!moved.ok) throw new Error(`A follow-up plan was made that can't be laid before anybody: ${moved.reason}`)
  return { ok: true, plan: made.plan, request: moved.request }
}

/** What somebody decided is to go of what the scan found, and has not gone yet. */
function decidedFindings(tx: Transaction, requestId: string) {
  return tx
    .select({ finding: residueFinding, systemKey: runSystem.systemKey, planId: erasureRun.planId })
    .from(residueFinding)
    .innerJoin(runSystem, eq(runSystem.id, residueFinding.runSystemId))
    .innerJoin(erasureRun, eq(erasureRun.id, runSystem.runId))
    .where(
      and(
        eq(erasureRun.requestId, requestId),
        inArray(residueFinding.decision, ['redact', 'erase']),
        isNull(residueFinding.carriedOutAt),
      ),
    )
    .orderBy(asc(residueFinding.at))
}

/** A mapped column that holds lists of addresses loses the person's element; any other text gets a mark. */
async function redactionOf(
  tx: Transaction,
  runtime: Runtime,
  systemKey: string,
  { table, column }: { table: string; column: string },
): Promise<'redact' | 'redact_list'> {
  const opened = await openSystem(runtime, tx, systemKey)
  const mapped = opened.ok ? opened.system.map.tables.get(table)?.map.columns[column]?.with : null
  return mapped?.kind === 'redact_list' ? 'redact_list' : 'redact'
}
