import type { Transaction } from '~db/client'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import type { Mover, RequestState } from '~/requests/lifecycle'
import { judgeMove } from '~/requests/lifecycle'
import { lacksAuthority } from '~/requests/authority.server'
import { isIdentityOpen, recordChoice, standingOf } from '~/requests/identification.server'
import { lockRequest, moveRequest, type RequestRow } from '~/requests/move.server'
import type { RowKey } from '~/systems/located'
import type { Intent } from './intent'
import { makePlan, type MadePlan, type PlanRefusal } from './make-plan.server'
import type { Cause } from './plan'
import { leaveRest, restOfRun, restStillToPlan, searchOfRest, type Rest } from './rest-of-run.server'
import { subjectOfRequest, type Proven } from './subject-of-request.server'

export type PlanRequestRefusal =
  | PlanRefusal
  | {
      ok: false
      reason:
        | 'unknown_request'
        | 'not_verified'
        | 'authority_open'
        | 'identity_contested'
        | 'not_plannable'
        | 'not_from_here'
        | 'half_done'
        | 'not_yours'
        | 'conflict'
    }

/** What a request of this kind brings about in the connected systems; null: it needs no plan. */
export function intentOf(
  row: Pick<RequestRow, 'kind' | 'objectionTo'>,
  purpose: string | null = null,
): { cause: Cause; intent: Intent } | null {
  switch (row.kind) {
    case 'erasure':
      return { cause: 'erasure', intent: { kind: 'erase', only: null } }
    case 'consent_withdrawal':
      return { cause: 'consent_withdrawal', intent: { kind: 'consent', purpose } }
    case 'objection':
      return { cause: 'objection', intent: { kind: 'effects', cause: 'objection', to: row.objectionTo } }
    case 'restriction':
      return { cause: 'restriction', intent: { kind: 'effects', cause: 'restriction', to: null } }
    default:
      return null
  }
}

/**
 * Makes the plan of a request and lays it before an approver (received and in_progress become awaiting_approval). A plan that
 * only sets columns needs no approval: the request stays in_progress until it is executed. Refused while the identity is not
 * proven; 409 `ambiguous-subject` where a person must choose first. While it is open who of the persons on file asks, the plan
 * may say "nothing found" and nothing else; whom staff choose among those who share the proven address is recorded as such. Of
 * a run that no longer fitted in some system while others were done, only what is left is planned (`restOfRun`).
 */
export async function planRequest(
  tx: Transaction,
  runtime: Runtime,
  order: {
    requestId: string
    /** What identity/ holds as proven of the subject. */
    proven: readonly Proven[]
    subjects?: readonly { system: string; table: string; key: RowKey }[]
    systems?: readonly string[]
    /** Withdrawal of consent: the purpose that it names, as the maps spell it; null or absent: every consent. */
    purpose?: string | null
    actor: Actor
    mover: Mover
    version?: number | undefined
  },
): Promise<{ ok: true; plan: MadePlan; request: RequestRow } | PlanRequestRefusal> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  if (order.version !== undefined && order.version !== row.version) return { ok: false, reason: 'conflict' }
  const wanted = intentOf(row, order.purpose)
  if (!wanted) return { ok: false, reason: 'not_plannable' }
  if (order.proven.length === 0) return { ok: false, reason: 'not_verified' }
  const [lacking, standing, subject] = await together([
    lacksAuthority(tx, row),
    standingOf(tx, row),
    subjectOfRequest(tx, runtime, row, order.proven),
  ])
  if (lacking) return { ok: false, reason: 'authority_open' }
  const left = await restOf(tx, row)
  if (left && !left.ok) return left
  const rest = left?.rest ?? null
  const first = firstMove(row.state as RequestState)
  if (first) {
    const verdict = judgeMove(first, row.state as RequestState, order.mover)
    if (!verdict.ok) return verdict
  } else if (row.state !== 'in_progress') return { ok: false, reason: 'not_from_here' }
  if (standing.finding === 'contested') return { ok: false, reason: 'identity_contested' }
  const open = isIdentityOpen(standing)
  const chooses = open && standing.why === 'shared' && (order.subjects ?? []).length > 0
  if (!subject) return { ok: false, reason: 'nothing_known' }
  const before = rest ? await searchOfRest(tx, runtime, rest) : null
  const chosen = order.subjects ?? []
  const systems = order.systems ?? rest?.systems
  const made = await makePlan(tx, runtime, {
    ...wanted,
    ...(before ? { intent: before.intent } : {}),
    ...subject,
    nothingOnly: open && !chooses,
    request: { id: row.id, reference: row.reference },
    subjects: chosen.length > 0 ? chosen : (before?.subjects ?? []),
    ...(systems ? { systems } : {}),
    ...(rest ? { followsPlanId: rest.plan.id } : {}),
    actor: order.actor,
  })
  if (!made.ok) return made
  if (rest) await leaveRest(tx, runtime, { rest, actor: order.actor, request: row })
  if (chooses) await recordChoice(tx, runtime, row, standing, order.actor)
  let request = row
  for (const move of [...(first ? [first] : []), ...(made.plan.needsApproval ? (['submit_plan'] as const) : [])]) {
    const moved = await moveRequest(tx, runtime, {
      requestId: row.id,
      move,
      actor: order.actor,
      mover: order.mover,
      evidence: { plan: made.plan.id },
    })
    if (!moved.ok) throw new Error(`A plan was made that can't be laid before anybody: ${moved.reason}`)
    request = moved.request
  }
  return { ok: true, plan: made.plan, request }
}

/**
 * What is left of a request whose run no longer fitted half-way; null: it is planned as a whole. Refuses while a run is under
 * way, and where what is left can't be found again for certain.
 */
async function restOf(
  tx: Transaction,
  row: RequestRow,
): Promise<{ ok: true; rest: Rest } | { ok: false; reason: 'not_from_here' | 'half_done' } | null> {
  if (row.state === 'executing') {
    const left = await restOfRun(tx, row.id)
    if (left.ok) return left.rest.plan.cause === 'follow_up' ? { ok: false, reason: 'not_from_here' } : left
    return { ok: false, reason: left.reason === 'half_done' ? 'half_done' : 'not_from_here' }
  }
  const rest = await restStillToPlan(tx, row.id)
  return rest && { ok: true, rest }
}

function firstMove(state: RequestState): 'start' | 'return_plan' | 'replan' | null {
  if (state === 'received') return 'start'
  if (state === 'executing') return 'replan'
  return state === 'awaiting_approval' ? 'return_plan' : null
}
