import { asc, eq } from 'drizzle-orm'
import { evidenceEntry } from '~db/schema'
import type { Executor } from '~db/client'

export type Entry = typeof evidenceEntry.$inferSelect

/** Everything that happened to one request, oldest first: the source of the timelines. */
export function entriesOfRequest(db: Executor, requestId: string): Promise<Entry[]> {
  return db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, requestId)).orderBy(asc(evidenceEntry.id))
}
