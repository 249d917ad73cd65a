import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { pause, request } from '~db/schema'
import type { Transaction } from '~db/client'
import { daysOf, dayOf, overlongPauses } from '~/deadlines/pauses'
import { appendEvidence } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import { rewriteDates } from './dates.server'
import { lockRequest, moveRequest } from './move.server'
import type { RequestRow } from './move.server'
import { openPausesOf, writeEndOfPauses } from './open-pauses.server'
import type { PauseRow } from './open-pauses.server'
import type { PauseCause } from './pause.server'
import { tellWorkers } from './tell-workers.server'

/** Why the clock runs again: the person answered, it is clear who they are, staff decided so, or it took too long. */
export type ResumeReason = 'answered' | 'identified' | 'by_staff' | 'too_long'

export type Resumed =
  { ok: true; request: RequestRow } | { ok: false; reason: 'unknown_request' | 'conflict' | 'not_paused' }

/** Staff let the clock run again: they go on with what they have. */
export async function resumeRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { requestId: string; by: StaffMember; version?: number | undefined },
): Promise<Resumed> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  if (order.version !== undefined && order.version !== row.version) return { ok: false, reason: 'conflict' }
  const actor = { kind: 'staff', id: order.by.id } as const
  const resumed = await endPauses(tx, runtime, { requestId: row.id, actor, why: 'by_staff' })
  return resumed ? { ok: true, request: resumed } : { ok: false, reason: 'not_paused' }
}

/**
 * Ends the open pauses of a request (those of one cause, where `cause` is given) from today on; the case goes back to
 * whoever works it once nothing is waited for. Answers the request, or null where no such pause was open.
 */
export async function endPauses(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { requestId: string; actor: Actor; why: ResumeReason; cause?: PauseCause },
): Promise<RequestRow | null> {
  const today = dayOf(runtime.clock.now(), (await readOrganisation(tx))['organisation.zone'])
  const open = await openPausesOf(tx, order.requestId)
  const ending = open.filter((record) => order.cause === undefined || record.cause === order.cause)
  return end(tx, runtime, order, open, ending, () => today)
}

async function end(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { requestId: string; actor: Actor; why: ResumeReason },
  open: readonly PauseRow[],
  ending: readonly PauseRow[],
  untilOf: (record: PauseRow) => Temporal.PlainDate,
): Promise<RequestRow | null> {
  const row = ending.length > 0 ? await lockRequest(tx, order.requestId) : undefined
  if (!row) return null
  const { requestId, actor, why } = order
  const byStaffId = actor.kind === 'staff' ? actor.id : null
  let days = 0
  for (const record of ending) {
    const untilOn = untilOf(record)
    days = Math.max(days, daysOf({ from: record.fromOn, until: untilOn }))
    await writeEndOfPauses(tx, [record], { untilOn, endedAt: runtime.clock.now(), byStaffId })
  }
  const evidence = { why, count: days }
  const goesOn = row.state === 'awaiting_subject' && ending.length === open.length
  if (goesOn)
    await moveRequest(tx, runtime, {
      requestId,
      move: 'answer',
      actor,
      mover: actor.kind === 'subject' || actor.kind === 'system' ? actor.kind : 'agent',
      verb: 'request.resumed',
      evidence,
    })
  else await appendEvidence(tx, runtime, { actor, verb: 'request.resumed', request: row, data: evidence })
  return rewriteDates(tx, runtime, requestId, { why: 'pause', actor })
}

/**
 * Ends every pause that has lasted longer than the organisation allows, on the last day that it may, and tells whoever
 * works the case: they answer with what they have, or refuse under GDPR art. 11(2). May run again.
 */
export async function endOverlongPauses(runtime: Runtime): Promise<void> {
  const organisation = await readOrganisation(runtime.db)
  const zone = organisation['organisation.zone']
  const limit = organisation['deadlines.pauseLimitDays']
  const today = dayOf(runtime.clock.now(), zone)
  const rows = await runtime.db
    .select({ pause })
    .from(pause)
    .innerJoin(request, eq(request.id, pause.requestId))
    .where(and(isNull(pause.untilOn), isNull(request.closedAt)))
    .orderBy(asc(pause.fromOn))
  const lasting = rows.map(({ pause: record }) => ({
    record,
    reason: 'identity' as const,
    askedAt: record.fromOn.toZonedDateTime(zone).toInstant(),
    answeredAt: null,
  }))
  for (const { record } of overlongPauses(lasting, { zone, today }, limit))
    await inTransaction(runtime, async (tx) => {
      const open = await openPausesOf(tx, record.requestId)
      const ending = open.filter(({ id }) => id === record.id)
      const order = { requestId: record.requestId, actor: { kind: 'system' }, why: 'too_long' } as const
      const row = await end(tx, runtime, order, open, ending, ({ fromOn }) => fromOn.add({ days: limit }))
      if (row) await tellWorkers(tx, runtime, row, { why: 'pause_ended', cause: record.id })
    })
}
