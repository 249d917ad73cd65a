import { randomBytes } from 'node:crypto'
import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { subjectSession } from '~db/schema'
import type { Transaction } from '~db/client'
import { clearCookie, readCookie, setCookie } from '~/platform/cookies.server'
import type { Runtime } from '~/platform/runtime.server'

/** A data subject who proved an address in this browser: sees the requests of that address, and nothing else. */
export type SubjectSession = {
  emailIndex: Uint8Array
  /** When a code was last entered. */
  provenAt: Temporal.Instant
  /** When it ends, unless there is another click before. */
  endsAt: Temporal.Instant
}

const name = 'subject'
const idleMinutes = 30
/** A download wants a code that was entered this recently. */
const freshMinutes = 10

type Rooms = Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>

const idHash = (runtime: Pick<Runtime, 'keys'>, token: string) => runtime.keys.hmac('cookies', `subject:${token}`)

/** Begins a session, always a new one (nobody can plant theirs), and answers the Set-Cookie header that carries it. */
export async function beginSession(tx: Transaction, runtime: Rooms, emailIndex: Uint8Array): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const now = runtime.clock.now()
  await tx
    .insert(subjectSession)
    .values({ idHash: idHash(runtime, token), emailIndex, provenAt: now, createdAt: now, lastSeenAt: now })
  return setCookie(runtime, name, token)
}

/** The session of a request's browser, or null: none, ended, or idle for half an hour. Reading it keeps it awake. */
export async function readSession(
  runtime: Rooms & Pick<Runtime, 'db'>,
  request: Request,
): Promise<SubjectSession | null> {
  const token = readCookie(runtime, request, name)
  if (!token) return null
  const now = runtime.clock.now()
  const [row] = await runtime.db
    .update(subjectSession)
    .set({ lastSeenAt: now })
    .where(
      and(
        eq(subjectSession.idHash, idHash(runtime, token)),
        isNull(subjectSession.endedAt),
        gt(subjectSession.lastSeenAt, now.subtract({ minutes: idleMinutes })),
      ),
    )
    .returning()
  if (!row) return null
  return { emailIndex: row.emailIndex, provenAt: row.provenAt, endsAt: now.add({ minutes: idleMinutes }) }
}

/** Whether a code was entered in this session within the last ten minutes: what downloads ask for. */
export function isFreshlyProven(runtime: Pick<Runtime, 'clock'>, session: SubjectSession): boolean {
  return session.provenAt.add({ minutes: freshMinutes }).epochMilliseconds >= runtime.clock.now().epochMilliseconds
}

/** Ends the session on the server, so that its cookie is worth nothing, and answers the header that removes it. */
export async function endSession(tx: Transaction, runtime: Rooms, request: Request): Promise<string> {
  const token = readCookie(runtime, request, name)
  if (token)
    await tx
      .update(subjectSession)
      .set({ endedAt: runtime.clock.now() })
      .where(and(eq(subjectSession.idHash, idHash(runtime, token)), isNull(subjectSession.endedAt)))
  return clearCookie(runtime, name)
}

/** Ends every session of an address: on all devices. */
export async function endSessionsEverywhere(tx: Transaction, runtime: Rooms, emailIndex: Uint8Array): Promise<void> {
  await tx
    .update(subjectSession)
    .set({ endedAt: runtime.clock.now() })
    .where(and(eq(subjectSession.emailIndex, emailIndex), isNull(subjectSession.endedAt)))
}
