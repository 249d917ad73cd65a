import { and, asc, eq, isNull, lt, ne, sql } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { request } from '~db/schema'
import type { Executor } from '~db/client'
import type { RequestKind } from './kinds'
import type { RequestState } from './lifecycle'
import type { RequestRow } from './move.server'
import type { QueuePlace } from './queue-views'

export type RequestFilter = {
  state?: RequestState | undefined
  kind?: RequestKind | undefined
  /** A staff id; null: nobody's. */
  assigneeId?: string | null | undefined
  /** Due before this day. */
  dueBefore?: Temporal.PlainDate | undefined
}

/**
 * Requests by due date, open and closed, a page at a time; `after` is the place of the last row of the page before. What was
 * never confirmed is listed only when that state is asked for.
 */
export async function listRequests(
  db: Executor,
  filter: RequestFilter,
  { after, limit }: { after: QueuePlace | null; limit: number },
): Promise<{ rows: RequestRow[]; next: QueuePlace | null }> {
  const { state, kind, assigneeId, dueBefore } = filter
  const rows = await db
    .select()
    .from(request)
    .where(
      and(
        state ? eq(request.state, state) : ne(request.state, 'unverified'),
        kind ? eq(request.kind, kind) : undefined,
        assigneeId === undefined
          ? undefined
          : assigneeId === null
            ? isNull(request.assigneeId)
            : eq(request.assigneeId, assigneeId),
        dueBefore ? lt(request.dueOn, dueBefore) : undefined,
        after
          ? sql`(${request.dueOn}, ${request.id}) > (${after.dueOn.toString()}::date, ${after.id}::uuid)`
          : undefined,
      ),
    )
    .orderBy(asc(request.dueOn), asc(request.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: last && rows.length > limit ? { dueOn: last.dueOn, id: last.id } : null }
}
