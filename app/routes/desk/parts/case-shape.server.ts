import { Temporal } from 'temporal-polyfill'
import { findCalendar } from '~/deadlines/calendar'
import { daysLeft } from '~/deadlines/days-left'
import { dateWriter, sentence } from '~/deadlines/explain'
import { dayOf } from '~/deadlines/pauses'
import { translatorFor } from '~/locales/translate'
import type { LanguageCode } from '~/locales/translate'
import type { OrganisationSettings } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { CaseView } from '~/requests/case-view.server'
import type { RequestRow } from '~/requests/move.server'
import { staffNames } from '~/staff/accounts.server'
import { caseHead } from '../case.server'
import { idsIn, wordsOf } from './entry-words'

type Reading = { organisation: OrganisationSettings; zone: string; today: Temporal.PlainDate; language: LanguageCode }

/** A case as its page needs it: dates as ISO text, names beside staff ids, the clock explained in the reader's language. */
export async function caseShape(
  runtime: Pick<Runtime, 'db'>,
  view: CaseView,
  { organisation, zone, today, language }: Reading,
) {
  const { request: row, deadline } = view
  const t = translatorFor(language)
  const namesOf = await staffNames(runtime.db, staffIdsIn(view))
  const calendar = await findCalendar(organisation['organisation.calendar'])
  const explanation = sentence(
    deadline.explanation,
    (key, values) => t(key, values ?? {}),
    dateWriter(language === 'en' ? 'en-GB' : 'nl'),
  )
  return {
    ...caseHead(row),
    zone,
    today: today.toString(),
    channel: row.channel,
    filedBy: row.filedBy,
    objectionTo: row.objectionTo,
    verified: row.verifiedAt !== null,
    receivedOn: row.receivedOn.toString(),
    strictDueOn: row.strictDueOn.toString(),
    internalTargetOn: row.internalTargetOn.toString(),
    extendedDueOn: row.extendedDueOn.toString(),
    extendedFrom: row.extendedTo ? deadline.dueOn.toString() : null,
    closedOn: row.closedAt && dayOf(row.closedAt, zone).toString(),
    workingDays: calendar.ok ? daysLeft(row.dueOn, today, calendar.calendar).workingDays : null,
    explanation,
    pauses: view.pauses,
    ...clockShape(view, organisation, today),
    duplicates: view.duplicates.map(linked),
    mergedInto: view.merges.into && linked(view.merges.into),
    mergedFrom: view.merges.from.map(linked),
    corrections: view.corrections.map((corrected) => ({
      field: corrected.field,
      // Days and kinds are nobody's secret; addresses and reasons are.
      old: isShown(view, corrected.field) ? corrected.old : null,
      new: isShown(view, corrected.field) ? corrected.new : null,
      reason: view.unmasked ? corrected.reason : null,
    })),
    assigneeId: row.assigneeId,
    assignee: row.assigneeId && (namesOf.get(row.assigneeId) ?? null),
    person: view.person,
    unmasked: view.unmasked,
    purged: view.purged,
    answer: view.answer,
    timeline: view.entries.map((entry) => ({
      id: entry.id.toString(),
      at: entry.at.toString(),
      on: dayOf(entry.at, zone).toString(),
      verb: entry.verb,
      by: entry.actorId ? (namesOf.get(entry.actorId) ?? null) : null,
      actorKind: entry.actorKind,
      system: entry.system,
      data: wordsOf(entry.data, namesOf),
    })),
    messages: view.messages.map((message) => ({
      ...message,
      at: message.at.toString(),
      // What the data subject wrote is theirs as much as their name is.
      body: view.unmasked || message.direction === 'out' || message.direction === 'advice' ? message.body : null,
      by: message.byStaffId ? (namesOf.get(message.byStaffId) ?? null) : null,
    })),
    siblings: view.siblings.map(linked),
    earlier: view.earlier.map(linked),
  }
}

const isShown = (view: CaseView, field: string) => view.unmasked || field === 'received' || field === 'kind'

/** What stands beside the due date: pause, extension, a month that is over, a date that was missed. ISO 8601 days. */
function clockShape(
  { request: row, deadline, extension, pauses }: CaseView,
  organisation: OrganisationSettings,
  today: Temporal.PlainDate,
) {
  const isRunning = row.closedAt === null && row.state !== 'unverified'
  const open = isRunning ? pauses.find((record) => record.untilOn === null) : undefined
  const { compare } = Temporal.PlainDate
  const monthIsOver = compare(today, deadline.unpausedMonthOn) >= 0 && compare(row.dueOn, today) >= 0
  return {
    paused: open && {
      fromOn: open.fromOn,
      cause: open.cause,
      endsOn: Temporal.PlainDate.from(open.fromOn).add({ days: organisation['deadlines.pauseLimitDays'] }).toString(),
    },
    extension: row.closedAt === null ? extension : null,
    monthOverOn: isRunning && monthIsOver ? deadline.unpausedMonthOn.toString() : null,
    missedOn: row.missedOn?.toString() ?? null,
    mayExtend: isRunning && extension === null && compare(today, deadline.dueOn) < 0,
  }
}

export type CaseShape = Awaited<ReturnType<typeof caseShape>>

function linked(row: RequestRow) {
  return { reference: row.reference, kind: row.kind, state: row.state, receivedOn: row.receivedOn.toString() }
}

function staffIdsIn(view: CaseView): (string | null)[] {
  return [
    view.request.assigneeId,
    ...view.entries.flatMap((entry) => [entry.actorId, ...idsIn(entry.data)]),
    ...view.messages.map((message) => message.byStaffId),
  ]
}
