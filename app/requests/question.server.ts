import { message } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { MailProps } from '~emails/index'
import { mailRequester } from './answer-mail.server'
import { messagePlace } from './messages.server'
import { lockRequest, moveRequest } from './move.server'
import type { Moved, RequestRow } from './move.server'
import { requestSealer } from './sealed.server'
import { statusUrl } from './status-url'

/**
 * Asks the data subject something and waits for the answer. The clock runs on: only the lack of an identity, or a large
 * quantity of data in a request for access, stops it (law.md), and those are pauses of their own.
 */
export async function askSubject(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; question: string; by: StaffMember; version?: number | undefined },
): Promise<Moved | { ok: false; reason: 'purged' }> {
  const before = await lockRequest(tx, order.requestId)
  const sealer = await requestSealer(tx, runtime, order.requestId)
  if (before && !sealer) return { ok: false, reason: 'purged' }
  const now = runtime.clock.now()
  const moved = await moveRequest(tx, runtime, {
    requestId: order.requestId,
    version: order.version,
    move: 'ask',
    actor: { kind: 'staff', id: order.by.id },
    mover: order.by.role === 'admin' ? 'admin' : 'agent',
    set: { firstAnswerAt: before?.firstAnswerAt ?? now },
  })
  if (!moved.ok || !sealer) return moved
  await tx.insert(message).values({
    requestId: order.requestId,
    at: now,
    byStaffId: order.by.id,
    direction: 'out',
    bodySealed: sealer.seal(messagePlace, order.question),
    asksQuestion: 1,
  })
  await mailRequester(tx, runtime, moved.request, 'question', ({ name }) =>
    questionMail(runtime, moved.request, order.question, name),
  )
  return moved
}

export function questionMail(
  runtime: Pick<Runtime, 'publicUrl'>,
  row: RequestRow,
  question: string,
  name: string,
): MailProps['question'] {
  return { reference: row.reference, name, question, statusUrl: statusUrl(runtime, row) }
}
