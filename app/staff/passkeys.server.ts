import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server'
import { and, asc, eq } from 'drizzle-orm'
import { staffPasskey } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from './accounts.server'
import { keepChallenge, takeChallenge } from './passkey-challenge.server'
import { registrationIn } from './passkey-json'

const atMost = 20

/** The passkeys of an account, oldest first. */
export function passkeysOf(db: Executor, staffId: string) {
  return db
    .select({
      id: staffPasskey.id,
      name: staffPasskey.name,
      createdAt: staffPasskey.createdAt,
      lastUsedAt: staffPasskey.lastUsedAt,
    })
    .from(staffPasskey)
    .where(eq(staffPasskey.staffId, staffId))
    .orderBy(asc(staffPasskey.createdAt))
}

/** What the browser needs to make a passkey for this member, with the cookie that remembers its challenge. */
export async function offerPasskey(
  runtime: Pick<Runtime, 'db' | 'clock' | 'publicUrl'>,
  member: Pick<StaffMember, 'id' | 'email' | 'name'>,
  organisation: string,
) {
  const known = await runtime.db
    .select({ id: staffPasskey.credentialId, transports: staffPasskey.transports })
    .from(staffPasskey)
    .where(eq(staffPasskey.staffId, member.id))
  const options = await generateRegistrationOptions({
    rpName: organisation,
    rpID: new URL(runtime.publicUrl).hostname,
    userID: new TextEncoder().encode(member.id),
    userName: member.email,
    userDisplayName: member.name,
    attestationType: 'none',
    excludeCredentials: known,
    // It stands for both factors: the device asks for a finger, a face or a PIN, and keeps whose it is.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  const cookie = await keepChallenge(runtime.db, runtime, options.challenge, `add:${member.id}`)
  return { options, cookie }
}

/** Keeps the public half of a passkey that a browser has just made for this member. */
export async function addPasskey(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  request: Request,
  { staffId, name, response }: { staffId: string; name: string; response: string },
): Promise<{ ok: true } | { ok: false; reason: 'passkey_refused' | 'too_many_passkeys' }> {
  const answer = registrationIn(response)
  const challenge = await takeChallenge(tx, runtime, request, `add:${staffId}`)
  if (!answer || !challenge) return { ok: false, reason: 'passkey_refused' }
  if ((await passkeysOf(tx, staffId)).length >= atMost) return { ok: false, reason: 'too_many_passkeys' }
  const { origin, hostname } = new URL(runtime.publicUrl)
  const checked = await verifyRegistrationResponse({
    response: answer,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: hostname,
    requireUserVerification: true,
    // It throws at whatever does not fit: wrong origin, wrong challenge, nobody verified, bytes that are no attestation.
  }).catch(() => ({ verified: false as const }))
  if (!checked.verified) return { ok: false, reason: 'passkey_refused' }
  const { credential } = checked.registrationInfo
  const added = await tx
    .insert(staffPasskey)
    .values({
      staffId,
      name: name.trim().slice(0, 100) || '…',
      credentialId: credential.id,
      publicKey: credential.publicKey,
      counter: credential.counter,
      transports: credential.transports ?? [],
      createdAt: runtime.clock.now(),
    })
    .onConflictDoNothing({ target: staffPasskey.credentialId })
    .returning({ id: staffPasskey.id })
  if (added.length === 0) return { ok: false, reason: 'passkey_refused' }
  await appendEvidence(tx, runtime, { actor: { kind: 'staff', id: staffId }, verb: 'staff.passkey_added' })
  return { ok: true }
}

/** Takes a passkey away from its owner's account; false when it is not theirs. */
export async function removePasskey(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { staffId, id }: { staffId: string; id: string },
): Promise<boolean> {
  const gone = await tx
    .delete(staffPasskey)
    .where(and(eq(staffPasskey.id, id), eq(staffPasskey.staffId, staffId)))
    .returning({ id: staffPasskey.id })
  if (gone.length === 0) return false
  await appendEvidence(tx, runtime, { actor: { kind: 'staff', id: staffId }, verb: 'staff.passkey_removed' })
  return true
}
