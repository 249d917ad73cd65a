import { asc, eq } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { extension, pause } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { findCalendar } from '~/deadlines/calendar'
import { computeDeadline } from '~/deadlines/due'
import type { Deadline } from '~/deadlines/due'
import { dayOf } from '~/deadlines/pauses'
import type { Pause } from '~/deadlines/pauses'
import type { OrganisationSettings } from '~/platform/organisation.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { RequestKind } from './kinds'
import { changeRequest, lockRequest } from './move.server'
import type { RequestRow } from './move.server'

/** The columns of a request that the clock writes. `dueOn` and `strictDueOn` are those of the extension once there is one. */
export type RequestDates = Pick<
  RequestRow,
  'receivedOn' | 'dueOn' | 'strictDueOn' | 'extendedDueOn' | 'extendedTo' | 'internalTargetOn' | 'pausedDays'
>

export type PauseRecord = Pick<typeof pause.$inferSelect, 'cause' | 'fromOn' | 'untilOn'>
export type ExtensionRecord = Pick<typeof extension.$inferSelect, 'dueOn' | 'toldAt'>

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
    extension: facts.extension?.toldAt ? { until: facts.extension.dueOn } : null,
    internalTargetWorkingDays: organisation['deadlines.internalTargetWorkingDays'],
    closingDays: organisation['deadlines.closingDays'].map((day) => Temporal.PlainDate.from(day)),
  })
}

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

/** The records that the dates of a request are made from. */
export async function dateRecords(
  db: Executor,
  requestId: string,
): Promise<{ pauses: (typeof pause.$inferSelect)[]; extension: typeof extension.$inferSelect | null }> {
  const pauses = await db.select().from(pause).where(eq(pause.requestId, requestId)).orderBy(asc(pause.fromOn))
  const [extended] = await db.select().from(extension).where(eq(extension.requestId, requestId))
  return { pauses, extension: extended ?? null }
}

/**
 * Computes the dates of a request anew from its facts and writes them: after a pause, an extension, a correction of the
 * receipt, or a change of calendar or settings. The caller wrote those records in the same transaction, and the evidence.
 */
export async function rewriteDates(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock'>,
  requestId: string,
): Promise<RequestRow> {
  const row = await lockRequest(tx, requestId)
  if (!row) throw new Error('There is no such request')
  const records = await dateRecords(tx, requestId)
  const facts = { kind: row.kind as RequestKind, receivedAt: row.receivedAt, now: runtime.clock.now(), ...records }
  const deadline = await requestDeadline(await readOrganisation(tx), facts)
  return changeRequest(tx, row, datesOf(deadline, records.extension?.toldAt ? records.extension.dueOn : null))
}
