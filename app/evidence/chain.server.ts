import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { Keys } from '~/platform/keys.server'
import { canonicalJson } from './canonical'
import type { Json } from './canonical'

/** What the first link and the first seal name as the hash before them: 32 zero bytes. */
export const NOTHING_BEFORE = new Uint8Array(32)

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The hash of one link: SHA-256 over the hash before it and the canonical text of position, number and content. */
export function hashOfLink(previousHash: Uint8Array, entry: { [key: string]: Json }): Uint8Array {
  return sha256(`privacybalie/evidence-link/v1\n${hex(previousHash)}\n${canonicalJson(entry)}`)
}

export type SealContent = { number: number; at: string; position: number; head: string; previousSeal: string }

/** The hash by which a seal is named outside of the system (`evidence verify --expect-seal`). */
export function hashOfSeal(content: SealContent, signature: Uint8Array): Uint8Array {
  return sha256(`privacybalie/evidence-seal/v1\n${canonicalJson(content)}\n${hex(signature)}`)
}

export type SignedKind = 'seal' | 'trailer'

/** Ed25519 (RFC 8032) under a key derived from the master key; `kind` keeps one statement from passing as another. */
export function signStatement(keys: Keys, kind: SignedKind, content: { [key: string]: Json }): Uint8Array {
  return new Uint8Array(sign(null, statement(kind, content), privateKey(keys)))
}

export function isSigned(
  keys: Keys,
  kind: SignedKind,
  content: { [key: string]: Json },
  signature: Uint8Array,
): boolean {
  return verify(null, statement(kind, content), createPublicKey(privateKey(keys)), signature)
}

/** The public key of this installation's seals as PEM, for who checks an export elsewhere. */
export function publicSealKey(keys: Keys): string {
  return createPublicKey(privateKey(keys)).export({ type: 'spki', format: 'pem' }).toString()
}

const statement = (kind: SignedKind, content: { [key: string]: Json }) =>
  Buffer.from(`privacybalie/evidence-${kind}/v1\n${canonicalJson(content)}`)

/** PKCS#8 around the 32 bytes of an Ed25519 private key (RFC 8410, section 7). */
const privateKey = (keys: Keys) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), keys.derive('seals')]),
    format: 'der',
    type: 'pkcs8',
  })

const sha256 = (text: string) => new Uint8Array(createHash('sha256').update(text).digest())
