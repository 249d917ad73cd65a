import type { Transaction } from '~db/client'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import type { Language, ObjectionTo, RequestKind } from './kinds'
import type { RequestRow } from './move.server'
import { statusUrl } from './status-url'

/** The confirmation of receipt: reference, what was asked, received on, answer by. One per request; none without address. */
export async function sendReceipt(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  row: RequestRow,
  to: { email?: string | null; name?: string | null },
): Promise<void> {
  if (!to.email) return
  await sendMail(tx, runtime, {
    template: 'receipt',
    to: to.email,
    language: row.language as Language,
    requestId: row.id,
    idempotencyKey: `receipt:${row.id}`,
    props: {
      reference: row.reference,
      kind: row.kind as RequestKind,
      ...(row.objectionTo ? { objectionTo: row.objectionTo as ObjectionTo } : {}),
      name: to.name ?? '',
      receivedOn: row.receivedOn.toString(),
      dueOn: row.dueOn.toString(),
      statusUrl: statusUrl(runtime, row),
    },
  })
}
