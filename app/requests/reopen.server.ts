import { reopening } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { MailProps } from '~emails/index'
import { mailRequester } from './answer-mail.server'
import { rewriteDates } from './dates.server'
import type { RequestKind } from './kinds'
import { lockRequest, moveRequest } from './move.server'
import type { Moved, RequestRow } from './move.server'
import { requestSealer } from './sealed.server'
import { statusUrl } from './status-url'

/**
 * Opens a case again that was answered, partly carried out or refused: the reason as a record, the data subject told, and
 * the clock as its facts say. A case whose data key was destroyed stays closed.
 */
export async function reopenRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; reason: string; by: StaffMember; version?: number | undefined },
): Promise<Moved | { ok: false; reason: 'purged' }> {
  const before = await lockRequest(tx, order.requestId)
  if (!before) return { ok: false, reason: 'unknown_request' }
  const sealer = await requestSealer(tx, runtime, before.id)
  if (!sealer) return { ok: false, reason: 'purged' }
  const actor = { kind: 'staff', id: order.by.id } as const
  const moved = await moveRequest(tx, runtime, {
    requestId: before.id,
    version: order.version,
    move: 'reopen',
    actor,
    mover: order.by.role === 'admin' ? 'admin' : 'agent',
    set: { closedAt: null },
  })
  if (!moved.ok) return moved
  await tx.insert(reopening).values({
    requestId: before.id,
    at: runtime.clock.now(),
    byStaffId: order.by.id,
    reasonSealed: sealer.seal('reopening.reason', order.reason),
  })
  const request = await rewriteDates(tx, runtime, before.id, { why: 'reopened', actor })
  await mailRequester(tx, runtime, request, 'reopened', ({ name }) =>
    reopeningMail(runtime, request, order.reason, name),
  )
  return { ok: true, request }
}

export function reopeningMail(
  runtime: Pick<Runtime, 'publicUrl'>,
  row: RequestRow,
  reason: string,
  name: string,
): MailProps['reopened'] {
  return { reference: row.reference, name, kind: row.kind as RequestKind, reason, statusUrl: statusUrl(runtime, row) }
}
