import { randomBytes } from 'node:crypto'
import { and, eq, gt, lt } from 'drizzle-orm'
import { z } from 'zod'
import { typedDraft } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { readCookie, setCookie } from '~/platform/cookies.server'
import type { Runtime } from '~/platform/runtime.server'

type Rooms = Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>

const name = 'typed'
/** Long enough to get a code and come back. */
const minutes = 60
const shape = z.object({ place: z.string(), fields: z.record(z.string(), z.string()) })

const tokenHash = (runtime: Pick<Runtime, 'keys'>, token: string) => runtime.keys.hmac('cookies', `typed:${token}`)
const sealPlace = (hash: Uint8Array) => `typed_draft:${Buffer.from(hash).toString('base64url')}`

/**
 * Keeps what somebody sent after their session had ended, sealed, for this browser alone, so that nothing typed is lost.
 * `place`: which form of which page. Answers the Set-Cookie header that carries its token.
 */
export async function keepTyped(
  tx: Transaction,
  runtime: Rooms,
  typed: { place: string; fields: Record<string, string> },
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const hash = tokenHash(runtime, token)
  const at = runtime.clock.now()
  await tx.insert(typedDraft).values({
    tokenHash: hash,
    sealed: runtime.keys.seal('cookies', JSON.stringify(typed), sealPlace(hash)),
    at,
    expiresAt: at.add({ minutes }),
  })
  return setCookie(runtime, name, token, minutes * 60)
}

/** What this browser typed into that form before its session ended; empty: nothing. Gone when it is sent or an hour old. */
export async function typedBefore(
  db: Executor,
  runtime: Rooms,
  request: Request,
  place: string,
): Promise<Record<string, string>> {
  const token = readCookie(runtime, request, name)
  if (!token) return {}
  const hash = tokenHash(runtime, token)
  const [row] = await db
    .select()
    .from(typedDraft)
    .where(and(eq(typedDraft.tokenHash, hash), gt(typedDraft.expiresAt, runtime.clock.now())))
  if (!row) return {}
  const opened = runtime.keys.open('cookies', row.sealed, sealPlace(hash))
  const draft = shape.parse(JSON.parse(Buffer.from(opened).toString('utf8')))
  return draft.place === place ? draft.fields : {}
}

/** Forgets what this browser typed, once it was sent. */
export async function forgetTyped(tx: Transaction, runtime: Rooms, request: Request): Promise<void> {
  const token = readCookie(runtime, request, name)
  if (token) await tx.delete(typedDraft).where(eq(typedDraft.tokenHash, tokenHash(runtime, token)))
}

/** Removes what nobody came back for. */
export async function purgeTyped(runtime: Pick<Runtime, 'db' | 'clock'>): Promise<void> {
  await runtime.db.delete(typedDraft).where(lt(typedDraft.expiresAt, runtime.clock.now()))
}
