import { createTOTPKeyURI, verifyHOTP } from '@oslojs/otp'
import { and, eq, lt } from 'drizzle-orm'
import { randomBytes } from 'node:crypto'
import { toDataURL } from 'qrcode'
import { z } from 'zod'
import { staffRecoveryCode, staffTotp } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from './accounts.server'

// RFC 6238 with what every authenticator app knows: SHA-1, six digits, 30 seconds.
const interval = 30
const digits = 6
const enrolmentMinutes = 30

const place = (staffId: string) => `staff_totp.secret:${staffId}`
const enrolmentPlace = (staffId: string) => `staff_totp.enrolment:${staffId}`
const enrolmentShape = z.object({ at: z.number(), secret: z.string() })

/** A secret on its way to an authenticator app; nothing is stored until its first code comes back. */
export type TotpEnrolment = {
  /** For the form: the secret, sealed for this account and half an hour. */ sealed: string
  /** For an app on this very device. */ uri: string
  /** For typing over, in groups of four. */ secret: string
  /** For the camera: a PNG as a data URL. */ picture: string
}

/** Offers a new secret to a member. */
export function offerTotp(
  runtime: Pick<Runtime, 'keys' | 'clock'>,
  member: Pick<StaffMember, 'id' | 'email'>,
  organisation: string,
): Promise<TotpEnrolment> {
  const text = JSON.stringify({
    at: runtime.clock.now().epochMilliseconds,
    secret: randomBytes(20).toString('base64url'),
  })
  const sealed = runtime.keys.seal('credentials', text, enrolmentPlace(member.id))
  return shown(member, organisation, Buffer.from(sealed).toString('base64url'), secretIn(text))
}

/** The same secret again, when the code that came back was wrong; null when the form's is not ours or too old. */
export async function offerAgain(
  runtime: Pick<Runtime, 'keys' | 'clock'>,
  member: Pick<StaffMember, 'id' | 'email'>,
  organisation: string,
  sealed: string,
): Promise<TotpEnrolment | null> {
  const secret = openEnrolment(runtime, member.id, sealed)
  return secret && shown(member, organisation, sealed, secret)
}

async function shown(
  member: Pick<StaffMember, 'email'>,
  organisation: string,
  sealed: string,
  key: Uint8Array,
): Promise<TotpEnrolment> {
  const uri = createTOTPKeyURI(organisation, member.email, key, interval, digits)
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const picture = await toDataURL(uri, { errorCorrectionLevel: 'M', margin: 4, scale: 5 })
  return { sealed, uri, secret: secret.replace(/(.{4})(?=.)/g, '$1 '), picture }
}

function secretIn(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(enrolmentShape.parse(JSON.parse(text)).secret, 'base64url'))
}

function openEnrolment(runtime: Pick<Runtime, 'keys' | 'clock'>, staffId: string, sealed: string): Uint8Array | null {
  try {
    const opened = runtime.keys.open('credentials', Buffer.from(sealed, 'base64url'), enrolmentPlace(staffId))
    const text = Buffer.from(opened).toString('utf8')
    const age = runtime.clock.now().epochMilliseconds - enrolmentShape.parse(JSON.parse(text)).at
    return age >= 0 && age <= enrolmentMinutes * 60_000 ? secretIn(text) : null
  } catch {
    // Made for somebody else, cut off, or invented.
    return null
  }
}

/** The step whose code this is: the present one or a neighbour (clocks differ); null for none of them. */
function stepOf(runtime: Pick<Runtime, 'clock' | 'keys'>, secret: Uint8Array, code: string): number | null {
  const now = Math.floor(runtime.clock.now().epochMilliseconds / 1000 / interval)
  const typed = code.replaceAll(/\s/g, '')
  if (!/^\d{6}$/.test(typed)) return null
  const fitting = [now - 1, now, now + 1].filter((step) => verifyHOTP(secret, BigInt(step), digits, typed))
  return fitting.at(-1) ?? null
}

/** Keeps the secret, once a code of it shows that the app has it; replaces one that was there. */
export async function keepTotp(
  tx: Transaction,
  runtime: Pick<Runtime, 'keys' | 'clock'>,
  { staffId, sealed, code }: { staffId: string; sealed: string; code: string },
): Promise<{ ok: true } | { ok: false; reason: 'enrolment_old' | 'wrong_code' }> {
  const secret = openEnrolment(runtime, staffId, sealed)
  if (!secret) return { ok: false, reason: 'enrolment_old' }
  const step = stepOf(runtime, secret, code)
  if (step === null) return { ok: false, reason: 'wrong_code' }
  const row = {
    secretSealed: runtime.keys.seal('credentials', secret, place(staffId)),
    createdAt: runtime.clock.now(),
    lastStep: step,
  }
  await tx
    .insert(staffTotp)
    .values({ staffId, ...row })
    .onConflictDoUpdate({ target: staffTotp.staffId, set: row })
  await appendEvidence(tx, runtime, { actor: { kind: 'staff', id: staffId }, verb: 'staff.totp_set' })
  return { ok: true }
}

/** Whether a code is right, and takes its step: neither it nor an older one is taken again (RFC 6238, 5.2). */
export async function takeTotp(
  tx: Transaction,
  runtime: Pick<Runtime, 'keys' | 'clock'>,
  { staffId, code }: { staffId: string; code: string },
): Promise<boolean> {
  const [row] = await tx.select().from(staffTotp).where(eq(staffTotp.staffId, staffId))
  if (!row) return false
  const step = stepOf(runtime, runtime.keys.open('credentials', row.secretSealed, place(staffId)), code)
  if (step === null) return false
  const taken = await tx
    .update(staffTotp)
    .set({ lastStep: step })
    .where(and(eq(staffTotp.staffId, staffId), lt(staffTotp.lastStep, step)))
    .returning({ staffId: staffTotp.staffId })
  return taken.length > 0
}

/** Takes the app away, and with it the codes that stand in for it. */
export async function dropTotp(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  staffId: string,
): Promise<void> {
  await tx.delete(staffRecoveryCode).where(eq(staffRecoveryCode.staffId, staffId))
  await tx.delete(staffTotp).where(eq(staffTotp.staffId, staffId))
  await appendEvidence(tx, runtime, { actor: { kind: 'staff', id: staffId }, verb: 'staff.totp_removed' })
}
