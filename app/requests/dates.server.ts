import { asc, desc, eq } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { extension, pause } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { findCalendar } from '~/deadlines/calendar'
import { computeDeadline } from '~/deadlines/due'
import type { Deadline } from '~/deadlines/due'
import { dayOf } from '~/deadlines/pauses'
import type { Pause } from '~/deadlines/pauses'
import { appendEvidence } from '~/evidence/append.server'
import type { OrganisationSettings } from '~/platform/organisation.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import type { RequestKind } from './kinds'
import { changeRequest, lockRequest } from './move.server'
import type { RequestRow } from './move.server'
import { openPausesOf } from './open-pauses.server'

/** The columns of a request that the clock writes. `dueOn` and `strictDueOn` are those of the extension once there is one. */
export type RequestDates = Pick<
  RequestRow,
  'receivedOn' | 'dueOn' | 'strictDueOn' | 'extendedDueOn' | 'extendedTo' | 'internalTargetOn' | 'pausedDays'
>

export type PauseRecord = Pick<typeof pause.$inferSelect, 'cause' | 'fromOn' | 'untilOn'>
export type ExtensionRecord = Pick<typeof extension.$inferSelect, 'dueOn' | 'toldAt' | 'pausedDaysThen'>

export type DateFacts = {
  kind: RequestKind
  receivedAt: Temporal.Instant
  pauses: readonly PauseRecord[]
  /** Counts once the data subject was told of it (law.md). */
  extension: ExtensionRecord | null
  now: Temporal.Instant
}

/** The deadline of a request with its explanation: law.md, computed by deadlines/ in the organisation's zone and calendar. */
export async function requestDeadline(organisation: OrganisationSettings, facts: DateFacts): Promise<Deadline> {
  const zone = organisation['organisation.zone']
  const found = await findCalendar(organisation['organisation.calendar'])
  if (!found.ok) throw new Error(`No calendar for ${found.key}`)
  return computeDeadline({
    receivedAt: facts.receivedAt,
    zone,
    pauses: facts.pauses.map((record) => pauseOf(record, zone)),
    kind: facts.kind,
    today: dayOf(facts.now, zone),
    calendar: found.calendar,
    extension: extensionThatCounts(facts.extension),
    internalTargetWorkingDays: organisation['deadlines.internalTargetWorkingDays'],
    closingDays: organisation['deadlines.closingDays'].map((day) => Temporal.PlainDate.from(day)),
  })
}

const extensionThatCounts = (record: ExtensionRecord | null) =>
  record?.toldAt ? { until: record.dueOn, pausedDaysThen: record.pausedDaysThen } : null

// A pause for clarification is recorded only where the law lets the clock stand still: access to a large quantity.
function pauseOf({ cause, fromOn, untilOn }: PauseRecord, zone: string): Pause {
  const instantOf = (on: Temporal.PlainDate) => on.toZonedDateTime(zone).toInstant()
  const span = { askedAt: instantOf(fromOn), answeredAt: untilOn ? instantOf(untilOn) : null }
  return cause === 'clarification'
    ? { ...span, reason: 'clarification', largeQuantity: true }
    : { ...span, reason: 'identity' }
}

/** A deadline as the columns of a request. */
export function datesOf(deadline: Deadline, extendedTo: Temporal.PlainDate | null): RequestDates {
  return {
    receivedOn: deadline.receivedOn,
    dueOn: deadline.currentDueOn,
    strictDueOn: deadline.currentStrictDueOn,
    extendedDueOn: deadline.extendedDueOn,
    extendedTo,
    internalTargetOn: deadline.internalTargetOn,
    pausedDays: extendedTo ? deadline.extendedPausedDays : deadline.pausedDays,
  }
}

/** The records that the dates of a request are made from; the extension is the one that counts or may still. */
export async function dateRecords(
  db: Executor,
  requestId: string,
): Promise<{ pauses: (typeof pause.$inferSelect)[]; extension: typeof extension.$inferSelect | null }> {
  const pauses = await db.select().from(pause).where(eq(pause.requestId, requestId)).orderBy(asc(pause.fromOn))
  const extensions = await db
    .select()
    .from(extension)
    .where(eq(extension.requestId, requestId))
    .orderBy(desc(extension.at))
  return { pauses, extension: extensions.find((record) => record.failure === null) ?? null }
}

/** The dates that a request would have with this kind and receipt, its pauses and its extension as they are. */
export async function datesAfter(
  db: Executor,
  runtime: Pick<Runtime, 'clock'>,
  row: Pick<RequestRow, 'id' | 'kind' | 'receivedAt'>,
): Promise<RequestDates> {
  const records = await dateRecords(db, row.id)
  const kind = row.kind as RequestKind
  const facts = { kind, receivedAt: row.receivedAt, now: runtime.clock.now(), ...records }
  const deadline = await requestDeadline(await readOrganisation(db), facts)
  return datesOf(deadline, records.extension?.toldAt ? records.extension.dueOn : null)
}

/** Why a due date moved; the words of the timeline. */
export type DueMove =
  | 'pause'
  | 'extension'
  | 'extension_failed'
  | 'received_corrected'
  | 'kind_corrected'
  | 'calendar'
  | 'settings'
  | 'reopened'

/**
 * Computes the dates of a request anew from its facts and writes them: after a pause, an extension, a correction of the
 * receipt, or a change of calendar or settings. The caller wrote those records in the same transaction; that the due date
 * moved, from when to when and why, is appended here. A due date that had passed stays missed on record.
 */
export async function rewriteDates(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  requestId: string,
  { why, actor }: { why: DueMove; actor: Actor },
): Promise<RequestRow> {
  const row = await lockRequest(tx, requestId)
  if (!row) throw new Error('There is no such request')
  const dates = await datesAfter(tx, runtime, row)
  const today = dayOf(runtime.clock.now(), (await readOrganisation(tx))['organisation.zone'])
  const waits = (await openPausesOf(tx, requestId)).length > 0
  const missedOn = waits ? row.missedOn : missedAfter(row, dates, today, why)
  const updated = await changeRequest(tx, row, { ...dates, missedOn })
  if (!updated.dueOn.equals(row.dueOn))
    await appendEvidence(tx, runtime, {
      actor,
      verb: 'request.due_moved',
      request: row,
      data: { from: row.dueOn.toString(), to: updated.dueOn.toString(), why },
    })
  return updated
}

// A wrong day of receipt never made a deadline; a calendar that changes later doesn't take one away.
function missedAfter(row: RequestRow, dates: RequestDates, today: Temporal.PlainDate, why: DueMove) {
  const passed = (dueOn: Temporal.PlainDate) => Temporal.PlainDate.compare(dueOn, today) < 0
  if (why === 'received_corrected') return passed(dates.dueOn) ? dates.dueOn : null
  if (row.missedOn) return row.missedOn
  const moved = why === 'calendar' || why === 'settings'
  return moved && row.closedAt === null && passed(row.dueOn) ? row.dueOn : null
}
