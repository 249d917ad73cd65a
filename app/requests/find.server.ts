import { eq, inArray } from 'drizzle-orm'
import { request } from '~db/schema'
import type { Executor } from '~db/client'
import type { RequestRow } from './move.server'

/** One request by its id; undefined when there is none. */
export async function findRequest(db: Executor, requestId: string): Promise<RequestRow | undefined> {
  const [row] = await db.select().from(request).where(eq(request.id, requestId))
  return row
}

/** Several requests by their ids. */
export async function findRequests(db: Executor, requestIds: readonly string[]): Promise<Map<string, RequestRow>> {
  if (requestIds.length === 0) return new Map()
  const rows = await db
    .select()
    .from(request)
    .where(inArray(request.id, [...requestIds]))
  return new Map(rows.map((row) => [row.id, row]))
}
