import { randomInt } from 'node:crypto'
import type { Temporal } from 'temporal-polyfill'
import { request, requestIndex, submission } from '~db/schema'
import type { Transaction } from '~db/client'
import { dayOf } from '~/deadlines/pauses'
import { appendEvidence } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { OrganisationSettings } from '~/platform/organisation.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { attachFiles } from './attach.server'
import type { NewAttachment } from './attach.server'
import { blindIndex } from './blind-index.server'
import { datesOf, requestDeadline } from './dates.server'
import type { Channel, FiledBy, Language, ObjectionTo, RequestKind } from './kinds'
import type { RequestRow } from './move.server'
import { sealPersonal } from './personal.server'
import type { Personal } from './personal.server'
import { recordQueueChange } from './queue-change.server'
import { judgeReceipt } from './receipt-day'
import type { ReceiptRefusal } from './receipt-day'
import { sendReceipt } from './receipt.server'
import { newReference } from './reference'
import { newRequestSealer } from './sealed.server'
import { isMarketingStop, stopMarketing } from './stop-marketing.server'
import { announceCase } from './watch/announce.server'

type Rooms = Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>

/** What somebody asks at once: one or more rights, and who they are. Lengths and forms were checked by the schema. */
export type Submission = {
  kinds: readonly RequestKind[]
  language: Language
  filedBy: FiledBy
  objectionTo?: ObjectionTo | undefined
} & Partial<Personal>

export type Filed = { submissionId: string; requests: RequestRow[] }

/**
 * Files what a data subject sent through the portal: one submission, one `unverified` request per right, each with its
 * own data key, clock and evidence. An objection to direct marketing is carried out at once, without proof (art. 21(3)).
 * Nothing else moves until the code was entered. The caller asks for the code in the same transaction.
 */
export async function fileSubmission(
  tx: Transaction,
  runtime: Rooms,
  input: Submission & { email: string },
): Promise<Filed> {
  const filed = await writeSubmission(tx, runtime, input, {
    channel: 'portal',
    state: 'unverified',
    receivedAt: runtime.clock.now(),
    actor: { kind: 'subject' },
  })
  const requests: RequestRow[] = []
  for (const row of filed.requests)
    requests.push(
      isMarketingStop(row)
        ? await stopMarketing(tx, runtime, row, { email: input.email, actor: { kind: 'subject' } })
        : row,
    )
  return { ...filed, requests }
}

export type Entry = Submission & {
  channel: Exclude<Channel, 'portal'>
  /** The day on which it reached the organisation, in its zone. Absent: now. */
  receivedOn?: Temporal.PlainDate | undefined
  /** The scanned letter; it belongs to each right that it asks for. */
  files?: readonly NewAttachment[] | undefined
}

export type Entered = ({ ok: true } & Filed) | { ok: false; reason: ReceiptRefusal }

/**
 * Enters a request that came by letter, phone, e-mail or API, with its real day of receipt: the clock has been running
 * since. It is `received` at once; what is proven of the person is a record of its own (identity/). An e-mail address is
 * not needed; where there is one, a confirmation of receipt goes to it. An objection to direct marketing stops it at once,
 * as in the portal. Refuses a day in the future or before the GDPR.
 */
export async function enterRequest(tx: Transaction, runtime: Rooms, input: Entry, actor: Actor): Promise<Entered> {
  const filed = await enterQuietly(tx, runtime, input, actor)
  if (!filed.ok) return filed
  const requests: RequestRow[] = []
  for (const row of filed.requests) {
    await attachFiles(tx, runtime, { request: row, files: input.files ?? [], source: 'letter', actor })
    await sendReceipt(tx, runtime, row)
    if (mayStopAtOnce(row, input)) requests.push(await stopMarketing(tx, runtime, row, { email: input.email, actor }))
    else {
      await announceCase(tx, runtime, row)
      requests.push(row)
    }
  }
  return { ...filed, requests }
}

/** Enters a request as `enterRequest` does, but tells nobody and stops nothing: it was told of and worked elsewhere until now. */
export async function enterQuietly(tx: Transaction, runtime: Rooms, input: Entry, actor: Actor): Promise<Entered> {
  const organisation = await readOrganisation(tx)
  const now = runtime.clock.now()
  const zone = organisation['organisation.zone']
  const today = dayOf(now, zone)
  const receivedOn = input.receivedOn ?? today
  const judged = judgeReceipt(receivedOn, today)
  if (!judged.ok) return judged
  const receivedAt = receivedOn.equals(today) ? now : receivedOn.toZonedDateTime(zone).toInstant()
  const filed = await writeSubmission(tx, runtime, input, {
    channel: input.channel,
    state: 'received',
    receivedAt,
    actor,
  })
  return { ok: true, ...filed }
}

/** Without anything to find the person by, somebody has to look first. */
function mayStopAtOnce(row: RequestRow, { email, phone, customerNumber }: Entry): boolean {
  return isMarketingStop(row) && Boolean(email ?? phone ?? customerNumber)
}

type How = { channel: Channel; state: 'unverified' | 'received'; receivedAt: Temporal.Instant; actor: Actor }

async function writeSubmission(tx: Transaction, runtime: Rooms, input: Submission, how: How): Promise<Filed> {
  const organisation = await readOrganisation(tx)
  const submissionId = crypto.randomUUID()
  await tx.insert(submission).values({
    id: submissionId,
    channel: how.channel,
    language: input.language,
    createdAt: runtime.clock.now(),
    emailIndex: input.email ? blindIndex(runtime, 'email', input.email) : null,
  })
  const requests: RequestRow[] = []
  for (const kind of new Set(input.kinds))
    requests.push(await writeRequest(tx, runtime, organisation, submissionId, kind, input, how))
  return { submissionId, requests }
}

async function writeRequest(
  tx: Transaction,
  runtime: Rooms,
  organisation: OrganisationSettings,
  submissionId: string,
  kind: RequestKind,
  input: Submission,
  how: How,
): Promise<RequestRow> {
  const id = crypto.randomUUID()
  const { sealer, store } = newRequestSealer(runtime, id)
  const facts = { kind, receivedAt: how.receivedAt, pauses: [], extension: null, now: runtime.clock.now() }
  const row = await insertWithReference(tx, {
    id,
    submissionId,
    kind,
    state: how.state,
    channel: how.channel,
    language: input.language,
    filedBy: input.filedBy,
    objectionTo: kind === 'objection' ? (input.objectionTo ?? 'other') : null,
    receivedAt: how.receivedAt,
    ...datesOf(await requestDeadline(organisation, facts), null),
    ...sealPersonal(sealer, input),
  })
  await store(tx)
  await writeIndexes(tx, runtime, id, input)
  await recordQueueChange(tx, null, row)
  await appendEvidence(tx, runtime, {
    actor: how.actor,
    verb: how.state === 'received' ? 'request.entered' : 'request.filed',
    request: row,
    data: { kind, channel: how.channel, receivedOn: row.receivedOn.toString(), dueOn: row.dueOn.toString() },
  })
  return row
}

type NewRequest = Omit<typeof request.$inferInsert, 'reference'>

async function insertWithReference(tx: Transaction, values: NewRequest): Promise<RequestRow> {
  const year = values.receivedOn.year
  for (let tries = 0; tries < 20; tries++) {
    const reference = newReference(year, randomInt)
    const [row] = await tx
      .insert(request)
      .values({ ...values, reference })
      .onConflictDoNothing({ target: request.reference })
      .returning()
    if (row) return row
  }
  throw new Error('No free reference was found')
}

async function writeIndexes(tx: Transaction, runtime: Rooms, requestId: string, input: Submission): Promise<void> {
  const { email, customerNumber } = input
  const hashes = [
    ...(email ? [{ requestId, kind: 'email', hash: blindIndex(runtime, 'email', email) }] : []),
    ...(customerNumber
      ? [{ requestId, kind: 'customer_number', hash: blindIndex(runtime, 'customer_number', customerNumber) }]
      : []),
  ]
  if (hashes.length > 0) await tx.insert(requestIndex).values(hashes)
}
