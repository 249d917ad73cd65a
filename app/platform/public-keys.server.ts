import { createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'

/** A key that somebody else signs with. `algorithm` is the only one that it may be used for (RFC 8725, section 3.1). */
export type PublicKey = { id: string | null; algorithm: 'EdDSA' | 'ES256'; key: KeyObject }
export type PublicKeys = { ok: true; keys: PublicKey[] } | { ok: false; reason: string }

const jwksShape = z.object({ keys: z.array(z.record(z.string(), z.unknown())) })
const jwkShape = z.looseObject({
  kid: z.string().min(1).optional(),
  alg: z.string().optional(),
  use: z.string().optional(),
  d: z.undefined({ error: 'holds a private key: give the public one only' }).optional(),
})

const pemBlocks = /(?:^kid: *(\S+)[^\S\n]*\n)?-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/gm

/**
 * Reads public keys out of a JWKS or of PEM, each Ed25519 (EdDSA) or P-256 (ES256). A line `kid: NAME` above a PEM block
 * names it. Empty text is no keys. Private keys, shared secrets and other kinds of keys are refused with the reason.
 */
export function publicKeysFrom(text: string): PublicKeys {
  const trimmed = text.replace(/\r\n?/g, '\n').trim()
  if (trimmed === '') return { ok: true, keys: [] }
  try {
    const keys = trimmed.startsWith('{') ? keysOfJwks(trimmed) : keysOfPem(trimmed)
    if (keys.length > 1 && keys.some(({ id }) => id === null)) throw new Refused('of several keys each needs a kid')
    if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new Refused('two keys have the same kid')
    return { ok: true, keys }
  } catch (error) {
    return { ok: false, reason: error instanceof Refused ? error.message : 'must be a JWKS or PEM of public keys' }
  }
}

class Refused extends Error {}

function keysOfJwks(text: string): PublicKey[] {
  return jwksShape.parse(JSON.parse(text)).keys.map((entry) => {
    const jwk = jwkShape.safeParse(entry)
    if (!jwk.success) throw new Refused(jwk.error.issues[0]?.message ?? 'holds a key that is none')
    if (jwk.data.use !== undefined && jwk.data.use !== 'sig') throw new Refused('holds a key that is not for signing')
    const key = pinned(createPublicKey({ key: entry, format: 'jwk' }), jwk.data.kid ?? null)
    if (jwk.data.alg !== undefined && jwk.data.alg !== key.algorithm && jwk.data.alg !== 'Ed25519')
      throw new Refused(`holds a key whose alg is not ${key.algorithm}`)
    return key
  })
}

function keysOfPem(text: string): PublicKey[] {
  // Node would quietly take the public half of a private key.
  if (/PRIVATE KEY/.test(text)) throw new Refused('holds a private key: give the public one only')
  const keys = [...text.matchAll(pemBlocks)].map(([block, id]) =>
    pinned(createPublicKey(block.replace(/^kid:.*\n/, '')), id ?? null),
  )
  if (keys.length === 0) throw new Refused('must be a JWKS or PEM of public keys')
  return keys
}

function pinned(key: KeyObject, id: string | null): PublicKey {
  if (key.asymmetricKeyType === 'ed25519') return { id, algorithm: 'EdDSA', key }
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1')
    return { id, algorithm: 'ES256', key }
  throw new Refused('holds a key that is neither Ed25519 nor P-256')
}
