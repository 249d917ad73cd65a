import { generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server'
import type { WebAuthnCredential } from '@simplewebauthn/server'
import { eq } from 'drizzle-orm'
import { staff, staffPasskey } from '~db/schema'
import { rateLimiter } from '~/platform/rate-limit.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { memberOf } from './accounts.server'
import type { StaffMember, StaffRow } from './accounts.server'
import { admit } from './admit.server'
import { keepChallenge, takeChallenge } from './passkey-challenge.server'
import type { ChallengePurpose } from './passkey-challenge.server'
import { authenticationIn } from './passkey-json'

/** Nobody signs in so often; each try writes a challenge. */
const perAddress = { name: 'passkey-address', points: 60, seconds: 15 * 60 }

export type PasskeyRefusal =
  { ok: false; reason: 'passkey_refused' } | { ok: false; reason: 'too_many'; retryAfterSeconds: number }

/** What the browser needs to let a passkey sign: any of this site's, since nobody has said yet who they are. */
export async function askPasskey(
  runtime: Pick<Runtime, 'db' | 'clock' | 'publicUrl' | 'keys'>,
  { purpose, clientAddress }: { purpose: Exclude<ChallengePurpose, `add:${string}`>; clientAddress: string },
) {
  const key = Buffer.from(runtime.keys.hmac('index', `passkey:${clientAddress}`)).toString('base64url')
  const verdict = await rateLimiter(runtime.db, perAddress).take(key)
  if (!verdict.ok) return verdict
  const options = await generateAuthenticationOptions({
    rpID: new URL(runtime.publicUrl).hostname,
    userVerification: 'required',
  })
  return { ok: true as const, options, cookie: await keepChallenge(runtime.db, runtime, options.challenge, purpose) }
}

/** Whose passkey has signed this browser's challenge; null when none, or when its account is disabled. */
export async function whoSigned(
  runtime: Runtime,
  request: Request,
  { purpose, response }: { purpose: ChallengePurpose; response: string },
): Promise<StaffRow | null> {
  const answer = authenticationIn(response)
  const challenge = await takeChallenge(runtime.db, runtime, request, purpose)
  if (!answer || !challenge) return null
  const [found] = await runtime.db
    .select({ staff, passkey: staffPasskey })
    .from(staffPasskey)
    .innerJoin(staff, eq(staff.id, staffPasskey.staffId))
    .where(eq(staffPasskey.credentialId, answer.id))
  if (!found || found.staff.disabledAt) return null
  const { origin, hostname } = new URL(runtime.publicUrl)
  const credential: WebAuthnCredential = {
    id: found.passkey.credentialId,
    publicKey: new Uint8Array(found.passkey.publicKey),
    counter: found.passkey.counter,
  }
  const checked = await verifyAuthenticationResponse({
    response: answer,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: hostname,
    credential,
    requireUserVerification: true,
    // It throws at whatever does not fit, also at a counter that went back: a copied key.
  }).catch(() => null)
  if (!checked?.verified) return null
  await runtime.db
    .update(staffPasskey)
    .set({ counter: checked.authenticationInfo.newCounter, lastUsedAt: runtime.clock.now() })
    .where(eq(staffPasskey.id, found.passkey.id))
  return found.staff
}

/** Signs in with a passkey alone: it proves the device and, by finger, face or PIN, the person. */
export async function signInWithPasskey(
  runtime: Runtime,
  request: Request,
  response: string,
): Promise<{ ok: true; staff: StaffMember; cookies: string[] } | PasskeyRefusal> {
  const row = await whoSigned(runtime, request, { purpose: 'sign-in', response })
  if (!row) return { ok: false, reason: 'passkey_refused' }
  const member = memberOf(row)
  const cookies = await inTransaction(runtime, (tx) => admit(tx, runtime, request, { staff: member, by: 'passkey' }))
  return { ok: true, staff: member, cookies }
}
