import { and, desc, eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { correction } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import { isOpen } from './lifecycle'
import type { RequestState } from './lifecycle'
import { lockRequest } from './move.server'
import type { RequestRow } from './move.server'
import { requestSealer } from './sealed.server'
import type { RequestSealer } from './sealed.server'

export type CorrectedField = 'received' | 'kind' | 'email' | 'postalAddress'

export type CorrectionOrder = {
  requestId: string
  /** Why, in own words. */
  reason: string
  by: StaffMember
  version?: number | undefined
}

export type CorrectionRefusal = 'unknown_request' | 'conflict' | 'not_open' | 'already_so' | 'purged'

/** Locks the request that is to be corrected; an ended one stays as it is. */
export async function lockForCorrection(
  tx: Transaction,
  runtime: Pick<Runtime, 'keys'>,
  order: CorrectionOrder,
): Promise<{ ok: true; row: RequestRow; sealer: RequestSealer } | { ok: false; reason: CorrectionRefusal }> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  if (order.version !== undefined && order.version !== row.version) return { ok: false, reason: 'conflict' }
  if (!isOpen(row.state as RequestState)) return { ok: false, reason: 'not_open' }
  const sealer = await requestSealer(tx, runtime, row.id)
  return sealer ? { ok: true, row, sealer } : { ok: false, reason: 'purged' }
}

/** Keeps what a field was, what it is now and why, sealed; the log learns which field, and days and kinds only. */
export async function recordCorrection(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: CorrectionOrder,
  change: { row: RequestRow; sealer: RequestSealer; field: CorrectedField; old: string | null; new: string | null },
  shown: { from?: string; to?: string } = {},
): Promise<void> {
  const { row, sealer, field } = change
  await tx.insert(correction).values({
    requestId: row.id,
    at: runtime.clock.now(),
    byStaffId: order.by.id,
    field,
    oldSealed: sealer.sealOptional('correction.old', change.old),
    newSealed: sealer.sealOptional('correction.new', change.new),
    reasonSealed: sealer.seal('correction.reason', order.reason),
  })
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.by.id },
    verb: `request.corrected_${field}`,
    request: row,
    data: shown,
  })
}

export type Correction = {
  at: Temporal.Instant
  byStaffId: string | null
  field: string
  old: string | null
  new: string | null
  reason: string | null
}

/** What was corrected in a request, oldest first; null where a value was empty or the case is purged. */
export async function correctionsOf(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  requestId: string,
): Promise<Correction[]> {
  const rows = await db
    .select()
    .from(correction)
    .where(eq(correction.requestId, requestId))
    .orderBy(correction.at, correction.id)
  const sealer = rows.length > 0 ? await requestSealer(db, runtime, requestId) : null
  return rows.map((row) => ({
    at: row.at,
    byStaffId: row.byStaffId,
    field: row.field,
    old: sealer?.openOptional('correction.old', row.oldSealed) ?? null,
    new: sealer?.openOptional('correction.new', row.newSealed) ?? null,
    reason: sealer?.openOptional('correction.reason', row.reasonSealed) ?? null,
  }))
}

/** When staff last put another e-mail address in the place of the one that was given; what was proven before is of the old one. */
export async function addressCorrectedAt(db: Executor, requestId: string): Promise<Temporal.Instant | null> {
  const [last] = await db
    .select({ at: correction.at })
    .from(correction)
    .where(and(eq(correction.requestId, requestId), eq(correction.field, 'email')))
    .orderBy(desc(correction.at))
    .limit(1)
  return last?.at ?? null
}
