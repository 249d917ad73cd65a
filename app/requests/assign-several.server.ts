import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import { assignRequest } from './assign.server'
import type { Assigned } from './assign.server'
import { findByReference } from './case-view.server'

/** A case as its row was seen: another present version is a conflict. */
export type SeenCase = { reference: string; version: number }

export type RowResult = { reference: string; result: 'done' | Extract<Assigned, { ok: false }>['reason'] }

/**
 * Gives several cases to one staff member or back to the group (`assigneeId` null), each in a transaction of its own: one
 * that a colleague changed meanwhile holds up none of the others. Answers what became of each, in the order asked.
 */
export async function assignSeveral(
  runtime: Runtime,
  order: { cases: readonly SeenCase[]; assigneeId: string | null; by: StaffMember },
): Promise<RowResult[]> {
  const results: RowResult[] = []
  for (const { reference, version } of order.cases) {
    const row = await findByReference(runtime.db, reference)
    const assigned: Assigned = row
      ? await inTransaction(runtime, (tx) =>
          assignRequest(tx, runtime, { requestId: row.id, assigneeId: order.assigneeId, by: order.by, version }),
        )
      : { ok: false, reason: 'unknown_request' }
    results.push({ reference, result: assigned.ok ? 'done' : assigned.reason })
  }
  return results
}
