import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { equalBytes } from '~/platform/keys.server'
import type { Keys } from '~/platform/keys.server'
import type { Entry } from './entries.server'
import { canonicalJson } from './canonical'
import type { Json } from './canonical'

/** An entry without its number, which the database gives when it is inserted. */
export type EntryContent = Omit<Entry, 'id' | 'mac' | 'data'> & { data: Readonly<Record<string, unknown>> }

const NONCE = 16

/**
 * Says that this installation wrote the entry: 16 random bytes, then HMAC-SHA-256 over them and the content. Who can only
 * write to the database can't make one, so an entry that was slipped in shows even before a seal covers the log.
 */
export function macOfEntry(keys: Keys, content: EntryContent): Uint8Array {
  const nonce = new Uint8Array(randomBytes(NONCE))
  return join(nonce, keys.hmac('evidence', textUnderMac(nonce, plainContent(content))))
}

/** Whether `mac` was made by this installation for exactly this content, as `plainContent` gives it. */
export function isMacOfEntry(keys: Keys, mac: Uint8Array, content: { [key: string]: Json }): boolean {
  const nonce = mac.slice(0, NONCE)
  return equalBytes(mac, join(nonce, keys.hmac('evidence', textUnderMac(nonce, content))))
}

/** The content as plain JSON, in the names under which it is exported. */
export function plainContent(content: EntryContent): { [key: string]: Json } {
  const { at, actorKind, actorId, verb, requestId, reference, system, data } = content
  return { at: at.toString(), actorKind, actorId, verb, requestId, reference, system, data: plainJson.parse(data) }
}

/** Evidence as the database gives it back: members that were undefined are gone. */
const plainJson: z.ZodType<Json> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(plainJson),
    z.record(z.string(), plainJson.optional()),
  ]),
)

const textUnderMac = (nonce: Uint8Array, content: { [key: string]: Json }) =>
  `${Buffer.from(nonce).toString('hex')}:${canonicalJson(content)}`

const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))
