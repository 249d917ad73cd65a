import { DrizzlePostgreSQLAdapter } from '@lucia-auth/adapter-drizzle'
import { and, eq, ne } from 'drizzle-orm'
import { Lucia, TimeSpan } from 'lucia'
import { randomBytes } from 'node:crypto'
import { type Temporal } from 'temporal-polyfill'
import { staff, staffSession } from '~db/schema'
import type { Database, Executor } from '~db/client'
import { clearCookie, readCookie, setCookie } from '~/platform/cookies.server'
import type { Runtime } from '~/platform/runtime.server'
import { isRole } from './roles'
import type { StaffMember } from './accounts.server'
import { browserInWords } from './browser-in-words'

type UserAttributes = Omit<typeof staff.$inferSelect, 'id'>
type SessionAttributes = {
  createdAt: Temporal.Instant
  authenticatedAt: Temporal.Instant
  lastSeenAt: Temporal.Instant | null
  browser: string | null
}

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof makeLucia>
    DatabaseUserAttributes: UserAttributes
    DatabaseSessionAttributes: SessionAttributes
  }
}

export type StaffSession = { id: string; authenticatedAt: Temporal.Instant; staff: StaffMember }

const COOKIE = 'staff'
/** A working day: a session that nobody uses for half of it is not prolonged. */
const lifetime = new TimeSpan(12, 'h')
/** However busy it is, a session ends so long after its sign-in. */
export const longestHours = 24

const made = new WeakMap<object, ReturnType<typeof makeLucia>>()

function makeLucia(db: Executor) {
  return new Lucia(new DrizzlePostgreSQLAdapter(db, staffSession, staff), {
    sessionExpiresIn: lifetime,
    getUserAttributes: ({ email, name, role, language, disabledAt }) => ({ email, name, role, language, disabledAt }),
    getSessionAttributes: ({ createdAt, authenticatedAt, lastSeenAt }) => ({ createdAt, authenticatedAt, lastSeenAt }),
  })
}

function luciaOf(db: Database): ReturnType<typeof makeLucia> {
  const kept = made.get(db) ?? makeLucia(db)
  made.set(db, kept)
  return kept
}

// The cookie carries a random token, the table its keyed hash: who reads the table can't sign in with it.
function sessionId(runtime: Pick<Runtime, 'keys'>, token: string): string {
  return Buffer.from(runtime.keys.hmac('cookies', `staff-session:${token}`)).toString('base64url')
}

/** Opens a session in the sign-in's transaction; answers the Set-Cookie header. A new token each time, so that none can be fixed before. */
export async function openSession(
  tx: Executor,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  staffId: string,
  userAgent: string | null,
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const now = runtime.clock.now()
  await makeLucia(tx).createSession(
    staffId,
    { createdAt: now, authenticatedAt: now, lastSeenAt: now, browser: browserInWords(userAgent) },
    { sessionId: sessionId(runtime, token) },
  )
  return setCookie(runtime, COOKIE, token)
}

/** The session that a request's cookie carries; null when it is none, has ended, or its account is disabled. */
export async function readSession(
  runtime: Pick<Runtime, 'db' | 'keys' | 'publicUrl' | 'clock'>,
  request: Request,
): Promise<StaffSession | null> {
  const token = readCookie(runtime, request, COOKIE)
  if (!token) return null
  const { session, user } = await luciaOf(runtime.db).validateSession(sessionId(runtime, token))
  if (!session || user.disabledAt || !isRole(user.role)) return null
  const now = runtime.clock.now()
  if (session.createdAt.until(now).total('hours') >= longestHours) {
    await luciaOf(runtime.db).invalidateSession(session.id)
    return null
  }
  if (!session.lastSeenAt || session.lastSeenAt.until(now).total('minutes') >= 5)
    await runtime.db.update(staffSession).set({ lastSeenAt: now }).where(eq(staffSession.id, session.id))
  return {
    id: session.id,
    authenticatedAt: session.authenticatedAt,
    staff: {
      id: user.id,
      email: user.email,
      name: user.name,
      role: user.role,
      language: user.language === 'en' ? 'en' : 'nl',
    },
  }
}

/** Signs out: the session is gone, also for whoever copied the cookie. Answers the header that clears it. */
export async function endSession(
  runtime: Pick<Runtime, 'db' | 'keys' | 'publicUrl'>,
  request: Request,
): Promise<string> {
  const token = readCookie(runtime, request, COOKIE)
  if (token) await luciaOf(runtime.db).invalidateSession(sessionId(runtime, token))
  return clearCookie(runtime, COOKIE)
}

/** Ends every session of an account, everywhere; `except` may stay. */
export async function endSessionsOf(tx: Executor, staffId: string, except?: string): Promise<void> {
  const others = except === undefined ? undefined : ne(staffSession.id, except)
  await tx.delete(staffSession).where(and(eq(staffSession.userId, staffId), others))
}

/** Notes that the person just showed who they are in this session. */
export async function markAuthenticated(tx: Executor, runtime: Pick<Runtime, 'clock'>, id: string): Promise<void> {
  await tx.update(staffSession).set({ authenticatedAt: runtime.clock.now() }).where(eq(staffSession.id, id))
}
