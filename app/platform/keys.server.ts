import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a derived key is for; each label gives a key of its own (HKDF-SHA-256, RFC 5869). */
export type KeyLabel =
  | 'wrapping'
  | 'index'
  | 'codes'
  | 'cookies'
  | 'signing'
  | 'suppression'
  | 'credentials'
  | 'mail'
  | 'deferred'
  | 'check'
  | 'evidence'
  | 'seals'

/** The keys of one installation, all derived from the master key. The master key itself is not reachable through it. */
export type Keys = {
  derive(label: KeyLabel): Uint8Array
  /** HMAC-SHA-256 under the label's key: 32 bytes. */
  hmac(label: KeyLabel, value: string): Uint8Array
  /** Seals under the label's key, for what belongs to no request (credentials, wrapped keys). */
  seal(label: KeyLabel, plain: string | Uint8Array, associated: string): Uint8Array
  open(label: KeyLabel, sealed: Uint8Array, associated: string): Uint8Array
}

const VERSION = 1

/** @param master 32 bytes. */
export function keysFrom(master: Uint8Array): Keys {
  if (master.length !== 32) throw new Error('The master key must be 32 bytes')
  const derived = new Map<KeyLabel, Uint8Array>()
  const derive = (label: KeyLabel): Uint8Array => {
    let key = derived.get(label)
    if (!key) {
      key = new Uint8Array(hkdfSync('sha256', master, 'privacybalie', `privacybalie/${label}/v1`, 32))
      derived.set(label, key)
    }
    return key
  }
  return {
    derive,
    hmac: (label, value) => hmacSha256(derive(label), value),
    seal: (label, plain, associated) => seal(derive(label), plain, associated),
    open: (label, sealed, associated) => open(derive(label), sealed, associated),
  }
}

export function hmacSha256(key: Uint8Array, value: string | Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(value).digest())
}

/**
 * AES-256-GCM: version byte, 12-byte nonce, 16-byte tag, ciphertext. `associated` binds the ciphertext to its place
 * (table, column, request), so that it can't be moved to another row.
 */
export function seal(key: Uint8Array, plain: string | Uint8Array, associated: string): Uint8Array {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(associated))
  const body = Buffer.concat([
    typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain),
    cipher.final(),
  ])
  return new Uint8Array(Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]))
}

/** Opens what `seal` made. Throws when the key, the place or a byte is another. */
export function open(key: Uint8Array, sealed: Uint8Array, associated: string): Uint8Array {
  const bytes = Buffer.from(sealed)
  if (bytes[0] !== VERSION) throw new Error('Sealed value has an unknown version')
  // Without its length being said a tag that was cut to four bytes would be compared as four bytes.
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13), { authTagLength: 16 })
    .setAAD(Buffer.from(associated))
    .setAuthTag(bytes.subarray(13, 29))
  return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]))
}

export function newKey(): Uint8Array {
  return new Uint8Array(randomBytes(32))
}

/** Compares in constant time; false for unequal lengths. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
