import { eq } from 'drizzle-orm'
import { request } from '~db/schema'
import type { Executor } from '~db/client'
import type { RequestRow } from './move.server'

/** One request by its id; undefined when there is none. */
export async function findRequest(db: Executor, requestId: string): Promise<RequestRow | undefined> {
  const [row] = await db.select().from(request).where(eq(request.id, requestId))
  return row
}
