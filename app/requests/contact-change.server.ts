import { and, eq, gt, inArray, or } from 'drizzle-orm'
import { correction, request, requestIndex } from '~db/schema'
import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { RequestRow } from './move.server'

const lately = { hours: 24 * 30 }

/**
 * Whether a contact detail of the person of a request was changed within the last 30 days, as far as this program can know:
 * staff corrected it on this request, or on another one with the same address or customer number, or a rectification of
 * theirs was carried out. What somebody changed in a connected system itself is not known here.
 */
export async function contactChangedLately(
  db: Executor,
  runtime: Pick<Runtime, 'clock'>,
  row: Pick<RequestRow, 'id'>,
): Promise<boolean> {
  const since = runtime.clock.now().subtract(lately)
  const own = db.select({ hash: requestIndex.hash }).from(requestIndex).where(eq(requestIndex.requestId, row.id))
  const same = db.select({ id: requestIndex.requestId }).from(requestIndex).where(inArray(requestIndex.hash, own))
  const [corrected] = await db
    .select({ id: correction.id })
    .from(correction)
    .where(
      and(
        or(eq(correction.requestId, row.id), inArray(correction.requestId, same)),
        inArray(correction.field, ['email', 'postalAddress']),
        gt(correction.at, since),
      ),
    )
    .limit(1)
  if (corrected) return true
  const [rectified] = await db
    .select({ id: request.id })
    .from(request)
    .where(
      and(
        inArray(request.id, same),
        eq(request.kind, 'rectification'),
        inArray(request.state, ['completed', 'partially_completed']),
        gt(request.closedAt, since),
      ),
    )
    .limit(1)
  return rectified !== undefined
}
