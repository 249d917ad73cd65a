const BLOCK = 64

/** The inner and outer key blocks of HMAC-SHA-256 (RFC 2104) in hex, for a key of at most 64 bytes. */
export function hmacPads(key: Uint8Array): { readonly inner: string; readonly outer: string } {
  if (key.length > BLOCK) throw new RangeError('An HMAC key for a statement has at most 64 bytes')
  const pad = (byte: number) =>
    Buffer.from(Array.from({ length: BLOCK }, (_, i) => (key[i] ?? 0) ^ byte)).toString('hex')
  return { inner: pad(0x36), outer: pad(0x5c) }
}
