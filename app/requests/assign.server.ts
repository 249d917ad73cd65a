import { assignment } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import { findStaff } from '~/staff/accounts.server'
import type { StaffMember, StaffRow } from '~/staff/accounts.server'
import { may } from '~/staff/permissions'
import { readReach, withDeputies } from '~/staff/reach.server'
import { isRole } from '~/staff/roles'
import { isOpen } from './lifecycle'
import type { RequestState } from './lifecycle'
import { addNote } from './messages.server'
import { changeRequest, lockRequest } from './move.server'
import type { RequestRow } from './move.server'
import { tellStaff } from './tell-staff.server'

export type Assigned =
  | { ok: true; request: RequestRow }
  | { ok: false; reason: 'unknown_request' | 'conflict' | 'not_open' | 'unknown_assignee' | 'already_so' | 'purged' }

/**
 * Gives a case to a staff member who works cases, hands it over to another, or back to the group (`assigneeId` null):
 * the dated record, evidence, and a mail to whoever gets it from somebody else, and to their deputy while they are away.
 */
export async function assignRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: {
    requestId: string
    assigneeId: string | null
    by: StaffMember
    version?: number | undefined
    /** What the colleague should know, kept as a note with the case. */
    note?: string | undefined
  },
): Promise<Assigned> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  if (order.version !== undefined && order.version !== row.version) return { ok: false, reason: 'conflict' }
  if (!isOpen(row.state as RequestState)) return { ok: false, reason: 'not_open' }
  if (row.assigneeId === order.assigneeId) return { ok: false, reason: 'already_so' }
  const assignee = order.assigneeId === null ? null : await findStaff(tx, order.assigneeId)
  if (assignee === undefined) return { ok: false, reason: 'unknown_assignee' }
  if (assignee && (assignee.disabledAt || !isRole(assignee.role) || !may(assignee.role, 'case.work')))
    return { ok: false, reason: 'unknown_assignee' }
  if (order.note) {
    const noted = await addNote(tx, runtime, { requestId: row.id, text: order.note, by: order.by })
    if (!noted.ok) return noted
  }
  const updated = await changeRequest(tx, row, { assigneeId: order.assigneeId })
  await tx.insert(assignment).values({
    requestId: row.id,
    at: runtime.clock.now(),
    byStaffId: order.by.id,
    assigneeId: order.assigneeId,
  })
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.by.id },
    verb: 'request.assigned',
    request: row,
    data: { from: row.assigneeId, to: order.assigneeId },
  })
  if (assignee && assignee.id !== order.by.id)
    await tellStaff(tx, runtime, {
      request: updated,
      template: 'assigned',
      cause: `${row.id}:${updated.version}`,
      to: await withTheirDeputies(tx, runtime, assignee),
      except: order.by.id,
    })
  return { ok: true, request: updated }
}

/** Somebody who was invited and never came in gets the mail all the same: the case is theirs. */
async function withTheirDeputies(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock'>,
  assignee: StaffRow,
): Promise<StaffRow[]> {
  const reached = withDeputies(await readReach(tx, runtime), [assignee.id])
  return [assignee, ...reached.filter((member) => member.id !== assignee.id)]
}
