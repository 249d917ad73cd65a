import { and, desc, eq, isNull } from 'drizzle-orm'
import { createHash, randomBytes } from 'node:crypto'
import { calendarFeed, staff } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { translatorFor } from '~/locales/translate'
import type { Runtime } from '~/platform/runtime.server'
import { rateLimiter } from '~/platform/rate-limit.server'
import { may } from '~/staff/permissions'
import { isRole } from '~/staff/roles'
import { deskToday } from './case-view.server'
import { calendarText } from './calendar-text'
import { readQueue } from './queue.server'
import { queueQuerySchema } from './queue-views'

export const feedScopes = ['mine', 'all'] as const
export type FeedScope = (typeof feedScopes)[number]
export type Feed = { id: string; scope: string; createdAt: string }

const feedsOfOne = 5
const daysAtMost = 1_000
/** Calendar programs ask once an hour or so; a token that is no token is tried no oftener than this from one network. */
const reads = { name: 'calendar', points: 60, seconds: 3_600 }
const wrongTokens = { name: 'calendar-token', points: 30, seconds: 60 }

// 256 random bits, so a fast hash is enough.
const tokenHash = (token: string) => new Uint8Array(createHash('sha256').update(`calendar:${token}`).digest())

/** The feeds of a staff member that still work, newest first. */
export async function feedsOf(db: Executor, staffId: string): Promise<Feed[]> {
  const own = and(eq(calendarFeed.staffId, staffId), isNull(calendarFeed.revokedAt))
  const rows = await db.select().from(calendarFeed).where(own).orderBy(desc(calendarFeed.createdAt))
  return rows.map(({ id, scope, createdAt }) => ({ id, scope, createdAt: createdAt.toString() }))
}

/** Makes a secret address for the calendar program of a staff member; its token is shown once. */
export async function makeFeed(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { staffId, scope }: { staffId: string; scope: FeedScope },
): Promise<{ ok: true; token: string } | { ok: false; reason: 'too_many_feeds' }> {
  if ((await feedsOf(tx, staffId)).length >= feedsOfOne) return { ok: false, reason: 'too_many_feeds' }
  const token = randomBytes(32).toString('base64url')
  const values = { staffId, scope, tokenHash: tokenHash(token), createdAt: runtime.clock.now() }
  const [made] = await tx.insert(calendarFeed).values(values).returning({ id: calendarFeed.id })
  if (!made) throw new Error('A feed was made and is not there')
  const actor = { kind: 'staff', id: staffId } as const
  await appendEvidence(tx, runtime, { actor, verb: 'calendar.created', data: { feed: made.id, scope } })
  return { ok: true, token }
}

/** Ends a feed of one's own: its address answers nothing from now on. */
export async function revokeFeed(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { staffId, feedId }: { staffId: string; feedId: string },
): Promise<{ ok: true } | { ok: false; reason: 'unknown_feed' }> {
  const own = and(eq(calendarFeed.id, feedId), eq(calendarFeed.staffId, staffId), isNull(calendarFeed.revokedAt))
  const ended = await tx.update(calendarFeed).set({ revokedAt: runtime.clock.now() }).where(own).returning()
  if (ended.length === 0) return { ok: false, reason: 'unknown_feed' }
  const actor = { kind: 'staff', id: staffId } as const
  await appendEvidence(tx, runtime, { actor, verb: 'calendar.revoked', data: { feed: feedId } })
  return { ok: true }
}

type FeedRead = { ok: true; text: string } | { ok: false; reason: 'unknown_feed' | 'too_many' }

/**
 * What the address with this token answers: the due dates of open cases, by reference and right, nothing of a person. Not
 * once its owner is disabled or may not see the queue.
 */
export async function readFeed(
  runtime: Pick<Runtime, 'db' | 'clock' | 'publicUrl'>,
  { token, clientAddress }: { token: string; clientAddress: string },
): Promise<FeedRead> {
  const { db } = runtime
  const wrong = rateLimiter(db, wrongTokens)
  if (!(await wrong.look(clientAddress)).ok) return { ok: false, reason: 'too_many' }
  const known = and(eq(calendarFeed.tokenHash, tokenHash(token)), isNull(calendarFeed.revokedAt))
  const [found] = await db
    .select({ feed: calendarFeed, staff })
    .from(calendarFeed)
    .innerJoin(staff, eq(staff.id, calendarFeed.staffId))
    .where(and(known, isNull(staff.disabledAt)))
  if (!found || !isRole(found.staff.role) || !may(found.staff.role, 'queue.read')) {
    await wrong.take(clientAddress)
    return { ok: false, reason: 'unknown_feed' }
  }
  if (!(await rateLimiter(db, reads).take(found.feed.id)).ok) return { ok: false, reason: 'too_many' }
  const query = queueQuerySchema.parse(found.feed.scope === 'mine' ? { view: 'mine' } : {})
  const { organisation, today } = await deskToday(runtime)
  const { rows } = await readQueue(db, query, { staffId: found.staff.id, today }, daysAtMost)
  const language = found.staff.language === 'en' ? 'en' : 'nl'
  const t = translatorFor(language)
  const host = new URL(runtime.publicUrl).hostname
  const days = rows.map(({ reference, kind, dueOn }) => ({
    uid: `${reference}@${host}`,
    on: dueOn,
    summary: `${reference}: ${t(`common:kind.${kind}`)}`,
    url: `${runtime.publicUrl}/desk/requests/${reference}`,
  }))
  const name = t('calendar:name', { organisation: organisation['organisation.name'] })
  return { ok: true, text: calendarText({ name, language, at: runtime.clock.now(), days }) }
}
