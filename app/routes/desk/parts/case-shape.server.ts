import type { Temporal } from 'temporal-polyfill'
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
      body: view.unmasked || message.direction === 'out' ? message.body : null,
      by: message.byStaffId ? (namesOf.get(message.byStaffId) ?? null) : null,
    })),
    siblings: view.siblings.map(linked),
    earlier: view.earlier.map(linked),
  }
}

export type CaseShape = Awaited<ReturnType<typeof caseShape>>

function linked(row: RequestRow) {
  return { reference: row.reference, kind: row.kind, state: row.state, receivedOn: row.receivedOn.toString() }
}

function staffIdsIn(view: CaseView): (string | null)[] {
  const inData = view.entries
    .flatMap((entry) => Object.values(entry.data))
    .filter((value) => typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value))
  return [
    view.request.assigneeId,
    ...view.entries.map((entry) => entry.actorId),
    ...view.messages.map((message) => message.byStaffId),
    ...inData.map(String),
  ]
}

/** Evidence data as what a sentence can hold: texts and numbers, staff by name. */
function wordsOf(data: Record<string, unknown>, names: Map<string, string>): Record<string, string | number> {
  const words: Record<string, string | number> = {}
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'number') words[key] = value
    else if (typeof value === 'string') words[key] = names.get(value) ?? value
  }
  return words
}
