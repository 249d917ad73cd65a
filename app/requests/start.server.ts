import { assignment } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import { moveRequest } from './move.server'
import type { Moved } from './move.server'

/** Takes a received case in hand. A case that nobody has goes to whoever starts it. */
export async function startRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { requestId: string; assigneeId: string | null; by: StaffMember; version?: number | undefined },
): Promise<Moved> {
  const takes = order.assigneeId === null
  const moved = await moveRequest(tx, runtime, {
    requestId: order.requestId,
    version: order.version,
    move: 'start',
    actor: { kind: 'staff', id: order.by.id },
    mover: order.by.role === 'admin' ? 'admin' : 'agent',
    set: takes ? { assigneeId: order.by.id } : {},
    evidence: takes ? { assignee: order.by.id } : {},
  })
  if (!moved.ok || !takes) return moved
  await tx.insert(assignment).values({
    requestId: order.requestId,
    at: runtime.clock.now(),
    byStaffId: order.by.id,
    assigneeId: order.by.id,
  })
  return moved
}
