import { and, desc, eq, inArray, ne } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { decision, refusal, request, requestIndex } from '~db/schema'
import type { Executor } from '~db/client'
import { dayOf } from '~/deadlines/pauses'
import type { Deadline } from '~/deadlines/due'
import { entriesOfRequest } from '~/evidence/entries.server'
import type { Entry } from '~/evidence/entries.server'
import { fateOfMail } from '~/mail/state.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { correctionsOf } from './correct.server'
import type { Correction } from './correct.server'
import { dateRecords, requestDeadline } from './dates.server'
import type { RequestKind } from './kinds'
import { duplicatesOf, mergesOf } from './merge.server'
import { maskEmail, maskName, maskTail } from './mask'
import { messagesOf } from './messages.server'
import type { Message } from './messages.server'
import type { RequestRow } from './move.server'
import { openPersonal } from './personal.server'
import type { Personal } from './personal.server'
import { requestSealer } from './sealed.server'

export async function findByReference(db: Executor, reference: string): Promise<RequestRow | undefined> {
  if (!/^AVG-\d{4}-[0-9A-Z]{6}$/.test(reference)) return undefined
  const [row] = await db.select().from(request).where(eq(request.reference, reference))
  return row
}

export type CaseView = {
  request: RequestRow
  /** Masked unless `unmasked`; texts that people typed are null while masked. */
  person: Personal
  unmasked: boolean
  /** True once the data key was destroyed: nothing personal is left. */
  purged: boolean
  deadline: Deadline
  pauses: { fromOn: string; untilOn: string | null; cause: string }[]
  /** The extension that counts, or may still: `standing` is what it waits for. */
  extension: { dueOn: string; standing: 'told' | 'mail' | 'letter' } | null
  entries: Entry[]
  messages: Message[]
  /** Filed in the same submission. */
  siblings: RequestRow[]
  /** Other cases of the same verified address, newest first. */
  earlier: RequestRow[]
  /** Open ones of the same verified address for the same right: perhaps one and the same. */
  duplicates: RequestRow[]
  merges: { into: RequestRow | null; from: RequestRow[] }
  corrections: Correction[]
  /** How it ended, where a person wrote that down. */
  answer: { ground: string | null; basis: string | null; text: string | null } | null
}

/** Everything that the case page shows of a request, except what is planned and done in the systems (erasure/). */
export async function viewCase(
  runtime: Pick<Runtime, 'db' | 'clock' | 'keys'>,
  row: RequestRow,
  { unmasked }: { unmasked: boolean },
): Promise<CaseView> {
  const { db } = runtime
  const organisation = await readOrganisation(db)
  const records = await dateRecords(db, row.id)
  // A closed case's clock stopped with it.
  const now = row.closedAt ?? runtime.clock.now()
  const facts = { kind: row.kind as RequestKind, receivedAt: row.receivedAt, now, ...records }
  const sealer = await requestSealer(db, runtime, row.id)
  const personal = openPersonal(sealer, row)
  return {
    request: row,
    person: unmasked ? personal : masked(personal),
    unmasked,
    purged: sealer === null,
    deadline: await requestDeadline(organisation, facts),
    pauses: records.pauses.map(({ fromOn, untilOn, cause }) => ({
      fromOn: fromOn.toString(),
      untilOn: untilOn?.toString() ?? null,
      cause,
    })),
    extension: records.extension && {
      dueOn: records.extension.dueOn.toString(),
      standing: await standingOfExtension(db, records.extension),
    },
    entries: await entriesOfRequest(db, row.id),
    messages: await messagesOf(db, runtime, row.id),
    siblings: await db
      .select()
      .from(request)
      .where(and(eq(request.submissionId, row.submissionId), ne(request.id, row.id)))
      .orderBy(request.reference),
    earlier: await earlierCases(db, row),
    duplicates: await duplicatesOf(db, row),
    merges: await mergesOf(db, row.id),
    corrections: await correctionsOf(db, runtime, row.id),
    answer: await answerOf(db, row, sealer),
  }
}

/** The day in the organisation's zone on which a reader looks. */
export async function deskToday(runtime: Pick<Runtime, 'db' | 'clock'>) {
  const organisation = await readOrganisation(runtime.db)
  const zone = organisation['organisation.zone']
  return { organisation, zone, today: dayOf(runtime.clock.now(), zone) }
}

function masked(personal: Personal): Personal {
  const by = (value: string | null, mask: (value: string) => string) => (value === null ? null : mask(value))
  return {
    name: by(personal.name, maskName),
    email: by(personal.email, maskEmail),
    phone: by(personal.phone, maskTail),
    customerNumber: by(personal.customerNumber, maskTail),
    subjectName: by(personal.subjectName, maskName),
    details: null,
    reason: null,
    postalAddress: null,
  }
}

async function earlierCases(db: Executor, row: RequestRow): Promise<RequestRow[]> {
  // Only a proven address says that it is the same person.
  if (!row.verifiedAt) return []
  const own = db
    .select({ hash: requestIndex.hash })
    .from(requestIndex)
    .where(and(eq(requestIndex.requestId, row.id), eq(requestIndex.kind, 'email')))
  const same = db
    .select({ id: requestIndex.requestId })
    .from(requestIndex)
    .where(and(eq(requestIndex.kind, 'email'), inArray(requestIndex.hash, own)))
  return db
    .select()
    .from(request)
    .where(and(inArray(request.id, same), ne(request.submissionId, row.submissionId), ne(request.state, 'unverified')))
    .orderBy(desc(request.receivedAt))
    .limit(20)
}

async function standingOfExtension(
  db: Executor,
  { toldAt, mailKey }: { toldAt: Temporal.Instant | null; mailKey: string | null },
): Promise<'told' | 'mail' | 'letter'> {
  if (toldAt) return 'told'
  const fate = mailKey ? await fateOfMail(db, mailKey) : null
  return fate?.state === 'to_post' || fate?.state === 'posted' ? 'letter' : 'mail'
}

async function answerOf(
  db: Executor,
  row: RequestRow,
  sealer: Awaited<ReturnType<typeof requestSealer>>,
): Promise<CaseView['answer']> {
  if (row.state === 'refused') {
    const [last] = await db
      .select()
      .from(refusal)
      .where(eq(refusal.requestId, row.id))
      .orderBy(desc(refusal.at))
      .limit(1)
    if (!last) return null
    return {
      ground: last.ground,
      basis: sealer?.openOptional('refusal.basis', last.basisSealed) ?? null,
      text: sealer?.openOptional('refusal.reasons', last.reasonsSealed) ?? null,
    }
  }
  const [last] = await db
    .select()
    .from(decision)
    .where(eq(decision.requestId, row.id))
    .orderBy(desc(decision.at))
    .limit(1)
  if (!last) return null
  return { ground: null, basis: null, text: sealer?.openOptional('decision.reason', last.reasonSealed) ?? null }
}
