import { and, desc, eq } from 'drizzle-orm'
import { request, requestIndex } from '~db/schema'
import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { RequestRow } from './move.server'
import { openPersonal } from './personal.server'
import { referencePattern } from './reference'
import { requestSealers } from './sealed.server'

/** The requests that were filed with an e-mail address, newest first. `emailIndex`: blind index of the address. */
export async function requestsOfAddress(db: Executor, emailIndex: Uint8Array, limit = 100): Promise<RequestRow[]> {
  const rows = await db
    .select({ request })
    .from(request)
    .innerJoin(requestIndex, eq(requestIndex.requestId, request.id))
    .where(and(eq(requestIndex.kind, 'email'), eq(requestIndex.hash, emailIndex)))
    .orderBy(desc(request.receivedAt), desc(request.reference))
    .limit(limit)
  return rows.map((row) => row.request)
}

/** One request by its reference, if it was filed with this e-mail address; undefined for an unknown or another's one. */
export async function requestOfAddress(
  db: Executor,
  emailIndex: Uint8Array,
  reference: string,
): Promise<RequestRow | undefined> {
  if (!referencePattern.test(reference)) return undefined
  const [row] = await db
    .select({ request })
    .from(request)
    .innerJoin(requestIndex, eq(requestIndex.requestId, request.id))
    .where(and(eq(request.reference, reference), eq(requestIndex.kind, 'email'), eq(requestIndex.hash, emailIndex)))
  return row?.request
}

/**
 * The e-mail address behind a blind index, out of the newest request that can still be opened; null when nobody filed
 * with it, or every such case is purged.
 */
export async function addressOfIndex(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  emailIndex: Uint8Array,
): Promise<string | null> {
  const rows = await requestsOfAddress(db, emailIndex, 20)
  const sealers = await requestSealers(
    db,
    runtime,
    rows.map((row) => row.id),
  )
  for (const row of rows) {
    const { email } = openPersonal(sealers.get(row.id), row)
    if (email) return email
  }
  return null
}
