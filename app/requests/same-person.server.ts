import { and, eq, gt, inArray, isNotNull } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { request, requestIndex } from '~db/schema'
import type { Executor } from '~db/client'
import { openStates } from './lifecycle'
import type { RequestRow } from './move.server'

export type OpenRequest = Pick<RequestRow, 'id' | 'reference' | 'kind' | 'state'>

/** The blind index of the address with which a request was filed; none once it is purged. */
export async function emailIndexesOf(db: Executor, requestId: string): Promise<Uint8Array[]> {
  const rows = await db
    .select({ hash: requestIndex.hash })
    .from(requestIndex)
    .where(and(eq(requestIndex.requestId, requestId), eq(requestIndex.kind, 'email')))
  return rows.map((row) => row.hash)
}

/**
 * Open requests whose address was proven and has one of these blind indexes. An unproven request is left out, and so is a
 * typed customer number: a stranger could block or delay somebody's request with either.
 */
export function openRequestsOf(db: Executor, emailIndexes: readonly Uint8Array[]): Promise<OpenRequest[]> {
  return provenRequests(db, emailIndexes, inArray(request.state, [...openStates]))
}

/** Requests of the same person whose copy was offered and still waits to be collected at `now`. */
export function uncollectedRequestsOf(
  db: Executor,
  emailIndexes: readonly Uint8Array[],
  now: Temporal.Instant,
): Promise<OpenRequest[]> {
  return provenRequests(db, emailIndexes, gt(request.offeredUntil, now))
}

async function provenRequests(
  db: Executor,
  emailIndexes: readonly Uint8Array[],
  which: SQL | undefined,
): Promise<OpenRequest[]> {
  if (emailIndexes.length === 0) return []
  return db
    .selectDistinct({ id: request.id, reference: request.reference, kind: request.kind, state: request.state })
    .from(request)
    .innerJoin(requestIndex, eq(requestIndex.requestId, request.id))
    .where(
      and(
        eq(requestIndex.kind, 'email'),
        inArray(requestIndex.hash, [...emailIndexes]),
        isNotNull(request.verifiedAt),
        which,
      ),
    )
}
