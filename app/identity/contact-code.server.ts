import { and, desc, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { contactCode } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import { writeLetter } from '~/mail/write-letter.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { contactChangedLately } from '~/requests/contact-change.server'
import { isIdentityOpen, standingOf } from '~/requests/identification.server'
import type { Language } from '~/requests/kinds'
import { isOpen } from '~/requests/lifecycle'
import type { RequestState } from '~/requests/lifecycle'
import { changeRequest, lockRequest } from '~/requests/move.server'
import type { RequestRow } from '~/requests/move.server'
import { pauseForIdentity } from '~/requests/pause-for-identity.server'
import { openPersonal } from '~/requests/personal.server'
import { requestSealer } from '~/requests/sealed.server'
import type { StaffMember } from '~/staff/accounts.server'
import { identityUrl } from './ask-for-facts.server'
import { provableIdentifiers } from './checklist'
import { keepCode, newCode, tryCode } from './codes.server'
import { lookUp } from './look-up.server'
import { recordProof } from './proof.server'
import type { ProvenIdentifier } from './proof.server'

/** A letter takes days; a mail is read sooner. */
const validHours = { letter: 14 * 24, email: 3 * 24 } as const

export const contactCodeSchema = z.discriminatedUnion('channel', [
  z.object({
    channel: z.literal('letter'),
    proves: z.array(z.enum(provableIdentifiers)).min(1),
    /** Name and address as they stand in the company's own administration, a line each. */
    address: z
      .string()
      .trim()
      .min(10)
      .max(500)
      .refine((text) => text.split('\n').length >= 3),
    checks: z.array(z.string()).refine((ticked) => ticked.includes('own') && ticked.includes('old')),
  }),
  z.object({
    channel: z.literal('email'),
    /** Blind index (hex) of an address on file, as the page offered it. */
    to: z.string().regex(/^[0-9a-f]{64}$/),
    checks: z.array(z.string()).refine((ticked) => ticked.includes('old')),
  }),
])
export type ContactCodeOrder = z.infer<typeof contactCodeSchema>

export type ContactCodeRefusal =
  'unknown_request' | 'not_open' | 'purged' | 'not_known' | 'contact_changed' | 'not_on_file' | 'too_soon'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

export type EmailOnFile = { email: string; index: string; proves: ProvenIdentifier[] }

/**
 * The e-mail addresses on file of whoever the request says to be, other than the one it came with, each with the identifiers
 * of the request by which the same person is found: no more than these is proven by a code there. What was only typed counts,
 * since the code is what has to prove it. Empty where a system does not answer.
 */
export async function emailsOnFile(db: Executor, runtime: Runtime, row: RequestRow): Promise<EmailOnFile[]> {
  const sealer = await requestSealer(db, runtime, row.id)
  if (!sealer) return []
  const known = openPersonal(sealer, row)
  const found = new Map<string, EmailOnFile>()
  for (const kind of provableIdentifiers) {
    const value = known[kind]
    const looked = value ? await lookUp(db, runtime, { [identifierOf[kind]]: [value] }) : null
    if (!looked?.ok) continue
    for (const email of looked.onFile.emails) {
      const index = hex(blindIndex(runtime, 'email', email))
      const before = found.get(index)?.proves ?? []
      found.set(index, { email, index, proves: [...before, kind] })
    }
  }
  if (known.email) found.delete(hex(blindIndex(runtime, 'email', known.email)))
  return [...found.values()]
}

const identifierOf = { email: 'email', phone: 'phone', customerNumber: 'customer_number' } as const

/**
 * Sends a code to a contact detail that has been on file for more than thirty days: as a letter that staff print and post, or
 * to another e-mail address. Entering it proves the identifiers named. A newer code makes the one before void.
 */
export async function sendContactCode(
  tx: Transaction,
  runtime: Runtime,
  { requestId, by, ...order }: ContactCodeOrder & { requestId: string; by: StaffMember },
): Promise<{ ok: true } | { ok: false; reason: ContactCodeRefusal }> {
  const row = await lockRequest(tx, requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  if (!isOpen(row.state as RequestState)) return { ok: false, reason: 'not_open' }
  const sealer = await requestSealer(tx, runtime, row.id)
  if (!sealer) return { ok: false, reason: 'purged' }
  const known = openPersonal(sealer, row)
  if (order.channel === 'letter' && order.proves.some((kind) => !known[kind])) return { ok: false, reason: 'not_known' }
  if (await contactChangedLately(tx, runtime, row)) return { ok: false, reason: 'contact_changed' }
  const target =
    order.channel === 'letter'
      ? { to: order.address, proves: order.proves }
      : await mailTarget(tx, runtime, row, order.to)
  if (!target) return { ok: false, reason: 'not_on_file' }
  const { to, proves } = target
  const code = newCode()
  const kept = await keepCode(tx, runtime, {
    purpose: 'contact',
    bindingId: row.id,
    // Of what it goes to; nobody signs in by it.
    emailIndex: runtime.keys.hmac('index', `contact:${row.id}`),
    code,
    minutes: validHours[order.channel] * 60,
  })
  if (!kept.ok) return kept
  const actor: Actor = { kind: 'staff', id: by.id }
  await tx.insert(contactCode).values({
    id: kept.id,
    requestId: row.id,
    channel: order.channel,
    proves: [...proves],
    byStaffId: by.id,
    at: runtime.clock.now(),
  })
  const mail = {
    template: 'identity_code' as const,
    to,
    language: row.language as Language,
    requestId: row.id,
    idempotencyKey: `identity_code:${kept.id}`,
    props: { reference: row.reference, code, days: validHours[order.channel] / 24, url: identityUrl(runtime, row) },
  }
  await (order.channel === 'letter' ? writeLetter(tx, runtime, mail) : sendMail(tx, runtime, mail))
  await appendEvidence(tx, runtime, {
    actor,
    verb: 'identity.code_sent',
    request: row,
    data: { channel: order.channel, proves: [...proves] },
  })
  if (isIdentityOpen(await standingOf(tx, row))) await pauseForIdentity(tx, runtime, row, actor)
  return { ok: true }
}

async function mailTarget(tx: Transaction, runtime: Runtime, row: RequestRow, wanted: string) {
  const found = (await emailsOnFile(tx, runtime, row)).find(({ index }) => index === wanted)
  return found && { to: found.email, proves: found.proves }
}

/**
 * Enters a code that came by letter or to another address on file: by the person, or by staff to whom they read it out. One
 * transaction, committed also when the code is wrong, since it counts the attempt.
 */
export async function enterContactCode(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { requestId: string; code: string; actor: Actor },
): Promise<{ ok: true } | { ok: false; reason: 'wrong_or_expired' }> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'wrong_or_expired' }
  const tried = await tryCode(tx, runtime, row.id, order.code)
  if (!tried.ok) return { ok: false, reason: 'wrong_or_expired' }
  const [sent] = await tx
    .update(contactCode)
    .set({ usedAt: runtime.clock.now() })
    .where(and(eq(contactCode.id, tried.code.id), isNull(contactCode.usedAt)))
    .returning()
  if (!sent) return { ok: false, reason: 'wrong_or_expired' }
  await recordProof(tx, runtime, row, {
    method: sent.channel === 'letter' ? 'letter_code' : 'contact_code',
    proves: sent.proves.filter((kind): kind is ProvenIdentifier => provableIdentifiers.some((known) => known === kind)),
    actor: order.actor,
  })
  if (!row.verifiedAt) await changeRequest(tx, row, { verifiedAt: runtime.clock.now() })
  return { ok: true }
}

/** The code that was sent last, and when, for the case page; undefined: none. */
export async function lastContactCode(db: Executor, requestId: string) {
  const [row] = await db
    .select({ channel: contactCode.channel, at: contactCode.at, usedAt: contactCode.usedAt })
    .from(contactCode)
    .where(eq(contactCode.requestId, requestId))
    .orderBy(desc(contactCode.at))
    .limit(1)
  return row
}
