import { compactVerify, decodeProtectedHeader } from 'jose'
import type { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { storable } from '~/platform/forms.server'
import type { PublicKey } from '~/platform/public-keys.server'
import { maxLengths, parseEmail } from '~/requests/request-form'

/** Why a token is refused; for the log, never for the page. */
export type TokenRefusal = 'not_a_token' | 'key' | 'signature' | 'claims' | 'issuer' | 'audience' | 'old' | 'too_long'

/** Who the company's own log-in says that this is. */
export type HandedOver = {
  email: string
  name: string | null
  customerNumber: string | null
  phone: string | null
}

const maxTokenLength = 8192
const maxAgeSeconds = 60
const maxLifeSeconds = 300
/** So much may the company's clock be ahead of ours. */
const aheadSeconds = 10

const line = (length: number) =>
  z
    .string()
    .transform((text) =>
      storable(text)
        .replace(/[\s\p{Cc}]+/gu, ' ')
        .trim(),
    )
    .pipe(z.string().max(length))
    .nullish()
    .transform((text) => text || null)

const claimsShape = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string()).length(1)]).transform((aud) => [aud].flat()[0]),
  iat: z.number(),
  exp: z.number(),
  nbf: z.number().optional(),
  jti: z.string().min(8).max(200),
  state: z.string().max(200).optional(),
  email: z
    .string()
    .transform((text) => parseEmail(text))
    .refine((parsed) => parsed.ok)
    .transform((parsed) => (parsed.ok ? parsed.value : '')),
  // An address that the company never checked would open the requests of whoever really has it.
  email_verified: z.literal(true),
  name: line(maxLengths.name),
  customerNumber: line(maxLengths.customerNumber),
  phone: line(maxLengths.phone),
})

export type ReadToken =
  | { ok: true; issuer: string; jti: string; state: string | null; person: HandedOver }
  | { ok: false; reason: TokenRefusal }

/**
 * Checks a token of the company's log-in: a JWS in compact form, signed with the key that its `kid` names (or the only
 * one there is) under that key's own algorithm, from `issuer`, for `audience` (our public address) and nobody else, at
 * most a minute old, good for at most five. Whether it was used before is for the caller to see.
 */
export async function readHandOffToken(
  token: string,
  expected: { keys: readonly PublicKey[]; issuer: string; audience: string; now: Temporal.Instant },
): Promise<ReadToken> {
  if (token.length > maxTokenLength) return { ok: false, reason: 'not_a_token' }
  const key = keyFor(token, expected.keys)
  if (key === 'not_a_token' || key === 'key') return { ok: false, reason: key }
  let payload: unknown
  try {
    const verified = await compactVerify(token, key.key, { algorithms: [key.algorithm] })
    payload = JSON.parse(new TextDecoder().decode(verified.payload))
  } catch {
    return { ok: false, reason: 'signature' }
  }
  const claims = claimsShape.safeParse(payload)
  if (!claims.success) return { ok: false, reason: 'claims' }
  const { iss, aud, iat, exp, nbf, jti, state, ...person } = claims.data
  if (iss !== expected.issuer) return { ok: false, reason: 'issuer' }
  if (aud !== expected.audience) return { ok: false, reason: 'audience' }
  if (exp - iat > maxLifeSeconds) return { ok: false, reason: 'too_long' }
  const now = expected.now.epochMilliseconds / 1000
  if (now - iat > maxAgeSeconds || iat - now > aheadSeconds || exp <= now || (nbf ?? iat) - now > aheadSeconds)
    return { ok: false, reason: 'old' }
  const { email, name, customerNumber, phone } = person
  return { ok: true, issuer: iss, jti, state: state ?? null, person: { email, name, customerNumber, phone } }
}

function keyFor(token: string, keys: readonly PublicKey[]): PublicKey | 'not_a_token' | 'key' {
  let kid: unknown
  try {
    ;({ kid } = decodeProtectedHeader(token))
  } catch {
    return 'not_a_token'
  }
  const key = kid === undefined && keys.length === 1 ? keys[0] : keys.find(({ id }) => id !== null && id === kid)
  return key ?? 'key'
}
