import { and, asc, desc, eq, lt } from 'drizzle-orm'
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
