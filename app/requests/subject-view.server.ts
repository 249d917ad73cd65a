import { and, desc, eq, ne } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { decision, refusal, request } from '~db/schema'
import type { Executor } from '~db/client'
import type { Deadline } from '~/deadlines/due'
import { dateWriter, sentence } from '~/deadlines/explain'
import { dayOf } from '~/deadlines/pauses'
import { entriesOfRequest } from '~/evidence/entries.server'
import { hasText, translatorFor } from '~/locales/translate'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { dateRecords, requestDeadline } from './dates.server'
import { refusalGrounds } from './grounds'
import type { RefusalGround } from './grounds'
import type { Language, ObjectionTo, RequestKind } from './kinds'
import { judgeMove } from './lifecycle'
import type { RequestState } from './lifecycle'
import { mergesOf } from './merge.server'
import { messagesOf } from './messages.server'
import type { RequestRow } from './move.server'
import { requestOfAddress } from './of-address.server'
import { openPersonal } from './personal.server'
import { requestSealer } from './sealed.server'
import { isRevivable } from './unconfirmed/expire.server'
import type { RequestSealer } from './sealed.server'

/** A request in a list. Days are ISO 8601 in the organisation's zone. */
export type SubjectRequest = {
  reference: string
  kind: RequestKind
  objectionTo: ObjectionTo | null
  state: RequestState
  term: SubjectTerm
}

/** What a term bar is drawn from. */
export type SubjectTerm = {
  receivedOn: string
  dueOn: string
  strictDueOn: string
  extendedFrom: string | null
  pauses: { fromOn: string; untilOn: string | null }[]
  today: string
  closedOn: string | null
}

/** One request as its own requester sees it: plain values, ready for a page. */
export type SubjectView = SubjectRequest & {
  id: string
  version: number
  /** How the date came about, in one line of the reader's language. */
  explanation: string
  /** The day since which the clock stands still, if it does. */
  pausedSince: string | null
  /** Why it takes longer, in the words of the desk, once they were told. */
  extensionReasons: string | null
  /** The reference under which it goes on, where it was the same as another request of theirs. */
  mergedInto: string | null
  mayStop: boolean
  /** It waits for "yes, this is mine", or expired and can still be taken up. */
  mayConfirm: boolean
  /** It was taken up after it had expired: what they had typed is gone, and they have not written again. */
  asksAgain: boolean
  /** What they typed; null: not filled in, or purged. */
  asked: { details: string | null; reason: string | null; subjectName: string | null; purged: boolean }
  messages: { on: string; from: 'subject' | 'desk'; asksQuestion: boolean; text: string | null }[]
  refusal: { law: 'gdpr' | 'uavg' | 'recital'; article: string; reasons: string | null } | null
  answer: string | null
  /** What happened, oldest first; `key` is a text of `status:timeline`. `from`, `to`: days, where a date moved. */
  timeline: { on: string; key: string; from: string | null; to: string | null }[]
  /** Asked in the same submission. */
  siblings: SubjectRequest[]
}

/**
 * A request as the person sees who proved the address it was filed with. Null for an unknown reference and for another's
 * request alike.
 */
export async function viewOwnRequest(
  runtime: Pick<Runtime, 'db' | 'clock' | 'keys'>,
  emailIndex: Uint8Array,
  reference: string,
  language: Language,
): Promise<SubjectView | null> {
  const { db } = runtime
  const row = await requestOfAddress(db, emailIndex, reference)
  if (!row) return null
  const organisation = await readOrganisation(db)
  const zone = organisation['organisation.zone']
  const records = await dateRecords(db, row.id)
  const now = row.closedAt ?? runtime.clock.now()
  const facts = { kind: row.kind as RequestKind, receivedAt: row.receivedAt, now, ...records }
  const deadline = await requestDeadline(organisation, facts)
  const sealer = await requestSealer(db, runtime, row.id)
  const personal = openPersonal(sealer, row)
  const pauses = records.pauses.map(({ fromOn, untilOn }) => ({
    fromOn: fromOn.toString(),
    untilOn: untilOn?.toString() ?? null,
  }))
  const today = dayOf(runtime.clock.now(), zone).toString()
  const entries = await entriesOfRequest(db, row.id)
  const messages = await messagesOf(db, runtime, row.id)
  const siblings = await db
    .select()
    .from(request)
    .where(and(eq(request.submissionId, row.submissionId), ne(request.id, row.id)))
    .orderBy(request.reference)
  return {
    ...listed(row, today, zone),
    term: { ...listed(row, today, zone).term, pauses, extendedFrom: extendedFrom(row, deadline) },
    id: row.id,
    version: row.version,
    explanation: sentence(deadline.explanation, translatorFor(language), dateWriter(language)),
    pausedSince: row.closedAt ? null : (pauses.find((pause) => pause.untilOn === null)?.fromOn ?? null),
    extensionReasons: extensionReasons(records.extension, sealer),
    mergedInto: (await mergesOf(db, row.id)).into?.reference ?? null,
    mayStop: judgeMove('withdraw', row.state as RequestState, 'subject').ok,
    mayConfirm:
      row.verifiedAt === null && (row.state === 'unverified' || (row.state === 'expired' && isRevivable(runtime, row))),
    asksAgain:
      row.closedAt === null &&
      personal.name === null &&
      entries.some((entry) => entry.verb === 'request.revive') &&
      !messages.some((message) => message.direction === 'in'),
    asked: { details: personal.details, reason: personal.reason, subjectName: personal.subjectName, purged: !sealer },
    messages: messages
      .filter((message) => message.direction === 'in' || message.direction === 'out')
      .map((message) => ({
        on: dayOf(message.at, zone).toString(),
        from: message.direction === 'in' ? 'subject' : 'desk',
        asksQuestion: message.asksQuestion,
        text: message.body,
      })),
    refusal: row.state === 'refused' ? await refusalOf(db, row.id, sealer) : null,
    answer: await answerOf(db, row, sealer),
    timeline: entries
      .map((entry) => ({
        on: dayOf(entry.at, zone).toString(),
        key: entry.verb.replaceAll('.', '_'),
        from: dayIn(entry.data['from']),
        to: dayIn(entry.data['to']),
      }))
      .filter(({ key }) => hasText(`status:timeline.${key}`)),
    siblings: siblings.map((sibling) => listed(sibling, today, zone)),
  }
}

/** A request in a list of its requester's. `today`: ISO 8601 day in `zone` (IANA name). */
export function listed(row: RequestRow, today: string, zone: string): SubjectRequest {
  return {
    reference: row.reference,
    kind: row.kind as RequestKind,
    objectionTo: row.objectionTo as ObjectionTo | null,
    state: row.state as RequestState,
    term: {
      receivedOn: row.receivedOn.toString(),
      dueOn: row.dueOn.toString(),
      strictDueOn: row.strictDueOn.toString(),
      extendedFrom: null,
      pauses: [],
      today,
      closedOn: row.closedAt ? dayOn(row.closedAt, zone) : null,
    },
  }
}

const dayOn = (at: Temporal.Instant, zone: string) => dayOf(at, zone).toString()

function extendedFrom(row: RequestRow, deadline: Deadline): string | null {
  return row.extendedTo ? deadline.dueOn.toString() : null
}

const dayIn = (value: unknown) => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : null)

function extensionReasons(
  record: { toldAt: Temporal.Instant | null; reasonsSealed: Uint8Array | null } | null,
  sealer: RequestSealer | null,
): string | null {
  return record?.toldAt ? (sealer?.openOptional('extension.reasons', record.reasonsSealed) ?? null) : null
}

async function refusalOf(
  db: Executor,
  requestId: string,
  sealer: RequestSealer | null,
): Promise<SubjectView['refusal']> {
  const [last] = await db
    .select()
    .from(refusal)
    .where(eq(refusal.requestId, requestId))
    .orderBy(desc(refusal.at))
    .limit(1)
  if (!last) return null
  return {
    ...refusalGrounds[last.ground as RefusalGround],
    reasons: sealer?.openOptional('refusal.reasons', last.reasonsSealed) ?? null,
  }
}

async function answerOf(db: Executor, row: RequestRow, sealer: RequestSealer | null): Promise<string | null> {
  if (!['completed', 'partially_completed', 'not_a_request'].includes(row.state)) return null
  const [last] = await db
    .select()
    .from(decision)
    .where(eq(decision.requestId, row.id))
    .orderBy(desc(decision.at))
    .limit(1)
  return sealer?.openOptional('decision.reason', last?.reasonSealed ?? null) ?? null
}
