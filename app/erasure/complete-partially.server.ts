import { eq } from 'drizzle-orm'
import { decision, erasureRun } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { mailRequester } from '~/requests/answer-mail.server'
import { lockRequest, moveRequest, type Moved, type RequestRow } from '~/requests/move.server'
import { requestSealer } from '~/requests/sealed.server'
import { statusUrl } from '~/requests/status-url'
import type { StaffMember } from '~/staff/accounts.server'
import type { MailProps } from '~emails/index'
import { groupsOfRequest } from './group-records.server'
import { findPlan } from './plan-store.server'
import { resultForSubject } from './result.server'
import { findingsOfRequest, isScanDue, lockRun, newestRunOfRequest, systemsOfRun } from './run-records.server'

export type PartialRefusal =
  | Exclude<Moved, { ok: true }>
  | {
      ok: false
      reason: 'nothing_left_out' | 'still_running' | 'findings_open' | 'groups_open' | 'scan_due' | 'purged'
    }

/**
 * A person closes a request although a system failed, refused or was skipped, or a hold stopped it (design.md "A request's
 * life"): the answer says what was done and what was not. What is left is not tried again: the run's pseudonym key is gone.
 * Refuses while the run is at work, when it did all it was approved for, while a finding or a small group is undecided, and
 * while the nightly scan is due.
 */
export async function completePartially(
  tx: Transaction,
  runtime: Runtime,
  order: { requestId: string; answer: string; by: StaffMember; version?: number | undefined },
): Promise<{ ok: true; request: RequestRow } | PartialRefusal> {
  const before = await lockRequest(tx, order.requestId)
  if (!before) return { ok: false, reason: 'unknown_request' }
  if (before.state !== 'executing') return { ok: false, reason: 'not_from_here' }
  const newest = await newestRunOfRequest(tx, before.id)
  const run = newest ? await lockRun(tx, newest.id) : undefined
  if (!run || run.state === 'done' || run.state === 'stale') return { ok: false, reason: 'nothing_left_out' }
  if (run.state === 'running') return { ok: false, reason: 'still_running' }
  if ((await findingsOfRequest(tx, before.id)).some((each) => each.decision === null))
    return { ok: false, reason: 'findings_open' }
  if ((await groupsOfRequest(tx, before.id)).some((each) => each.decision === null))
    return { ok: false, reason: 'groups_open' }
  if ((await systemsOfRun(tx, run.id)).some(isScanDue)) return { ok: false, reason: 'scan_due' }
  const sealer = await requestSealer(tx, runtime, before.id)
  if (!sealer) return { ok: false, reason: 'purged' }
  const now = runtime.clock.now()
  const left = (await systemsOfRun(tx, run.id)).filter((each) => each.verifiedAt === null)
  const moved = await moveRequest(tx, runtime, {
    requestId: before.id,
    version: order.version,
    move: 'complete_partially',
    actor: { kind: 'staff', id: order.by.id },
    mover: order.by.role === 'admin' ? 'admin' : 'agent',
    set: {
      decidedAt: before.decidedAt ?? now,
      firstAnswerAt: before.firstAnswerAt ?? now,
      executedAt: run.finishedAt ?? now,
      closedAt: now,
    },
    evidence: { run: run.id, left: Object.fromEntries(left.map((each) => [`${each.systemKey}.${each.state}`, 1])) },
  })
  if (!moved.ok) return moved
  await tx
    .update(erasureRun)
    .set({ closedAt: now, answeredAt: now, pseudonymKey: null, keyDestroyedAt: run.keyDestroyedAt ?? now })
    .where(eq(erasureRun.id, run.id))
  await tx.insert(decision).values({
    requestId: before.id,
    at: now,
    byStaffId: order.by.id,
    outcome: 'partially',
    reasonSealed: sealer.seal('decision.reason', order.answer),
  })
  const props = await partialMail(tx, runtime, moved.request, order.answer)
  await mailRequester(tx, runtime, moved.request, 'partly_carried_out', ({ name }) => ({ ...props, name }))
  return moved
}

/** What the person is told: where it did not happen, in numbers of places, and what did happen elsewhere. */
export async function partialMail(
  tx: Transaction | Runtime['db'],
  runtime: Pick<Runtime, 'publicUrl'>,
  row: RequestRow,
  answer: string,
): Promise<MailProps['partly_carried_out']> {
  const run = await newestRunOfRequest(tx, row.id)
  const systems = run ? await systemsOfRun(tx, run.id) : []
  const plan = run ? await findPlan(tx, run.planId) : undefined
  const erases = !['objection', 'restriction'].includes(plan?.cause ?? '')
  const result = erases ? await resultForSubject(tx, row.id, row.language === 'en' ? 'en' : 'nl') : null
  return {
    reference: row.reference,
    name: '…',
    erased: [...(result?.erased ?? [])],
    kept: [...(result?.kept ?? [])],
    places: systems.length,
    notDone: systems.filter((each) => each.verifiedAt === null).length,
    explanation: answer,
    statusUrl: statusUrl(runtime, row),
  }
}
