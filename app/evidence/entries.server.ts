import { and, asc, desc, eq, gt, lt, notInArray, sql } from 'drizzle-orm'
import { evidenceEntry } from '~db/schema'
import type { Executor } from '~db/client'

export type Entry = typeof evidenceEntry.$inferSelect

/** Everything that happened to one request, oldest first: the source of the timelines. */
export function entriesOfRequest(db: Executor, requestId: string): Promise<Entry[]> {
  return db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, requestId)).orderBy(asc(evidenceEntry.id))
}

/** The newest entry that one staff member caused with one verb on one request. */
export async function lastEntryBy(
  db: Executor,
  { requestId, actorId, verb }: { requestId: string; actorId: string; verb: string },
): Promise<Entry | undefined> {
  const [entry] = await db
    .select()
    .from(evidenceEntry)
    .where(
      and(eq(evidenceEntry.requestId, requestId), eq(evidenceEntry.actorId, actorId), eq(evidenceEntry.verb, verb)),
    )
    .orderBy(desc(evidenceEntry.id))
    .limit(1)
  return entry
}

/** The number of the newest entry on a request; 0 when there is none. */
export async function lastEntryId(db: Executor, requestId: string): Promise<bigint> {
  const [entry] = await db
    .select({ id: evidenceEntry.id })
    .from(evidenceEntry)
    .where(eq(evidenceEntry.requestId, requestId))
    .orderBy(desc(evidenceEntry.id))
    .limit(1)
  return entry?.id ?? 0n
}

/** The newest entry on a request after a known one that somebody else than this staff member caused, but for some verbs. */
export async function lastEntryOfOthers(
  db: Executor,
  { requestId, after, self, but }: { requestId: string; after: bigint; self: string; but: string[] },
): Promise<Entry | undefined> {
  const [entry] = await db
    .select()
    .from(evidenceEntry)
    .where(
      and(
        eq(evidenceEntry.requestId, requestId),
        gt(evidenceEntry.id, after),
        sql`${evidenceEntry.actorId} is distinct from ${self}`,
        notInArray(evidenceEntry.verb, but),
      ),
    )
    .orderBy(desc(evidenceEntry.id))
    .limit(1)
  return entry
}

/** A page of the whole log, newest first; `before` is the id below which it begins. */
export function pageOfEntries(
  db: Executor,
  { before, requestId, limit }: { before?: bigint | undefined; requestId?: string | undefined; limit: number },
): Promise<Entry[]> {
  return db
    .select()
    .from(evidenceEntry)
    .where(
      and(
        before === undefined ? undefined : lt(evidenceEntry.id, before),
        requestId === undefined ? undefined : eq(evidenceEntry.requestId, requestId),
      ),
    )
    .orderBy(desc(evidenceEntry.id))
    .limit(limit)
}
