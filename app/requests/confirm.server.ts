import { asc, eq } from 'drizzle-orm'
import { request } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { changeRequest, lockRequest, moveRequest } from './move.server'
import type { RequestRow } from './move.server'
import { sendReceipt } from './receipt.server'
import { isRevivable } from './unconfirmed/expire.server'
import { announceCase } from './watch/announce.server'

/** The requests that were filed together, in the order of their references. */
export function requestsOfSubmission(db: Executor, submissionId: string): Promise<RequestRow[]> {
  return db.select().from(request).where(eq(request.submissionId, submissionId)).orderBy(asc(request.reference))
}

/**
 * The requester proved the address: the request becomes `received` (an expired one revives, with its first date of
 * receipt, within 30 days), and the confirmation of receipt goes out. A stop to marketing that already runs is marked as
 * proven. Anything else stays as it is. `method`: how it was proven, for the evidence. Answers whether the proof counted
 * for this request.
 */
export async function confirmRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  requestId: string,
  method = 'email_code',
): Promise<boolean> {
  const now = runtime.clock.now()
  const row = await lockRequest(tx, requestId)
  if (!row || row.verifiedAt) return false
  if (row.state === 'executing' || row.state === 'completed') {
    await changeRequest(tx, row, { verifiedAt: now })
    return true
  }
  if (row.state === 'expired' && !isRevivable(runtime, row)) return false
  const moved = await moveRequest(tx, runtime, {
    requestId: row.id,
    move: row.state === 'expired' ? 'revive' : 'confirm',
    actor: { kind: 'subject' },
    mover: 'subject',
    set: { verifiedAt: now, closedAt: null },
    evidence: { method },
  })
  if (!moved.ok) return false
  await sendReceipt(tx, runtime, moved.request)
  await announceCase(tx, runtime, moved.request)
  return true
}
