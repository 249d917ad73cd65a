import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { reachRequester } from './answer-mail.server'
import type { ObjectionTo, RequestKind } from './kinds'
import type { RequestRow } from './move.server'
import { statusUrl } from './status-url'

/**
 * The confirmation of receipt: reference, what was asked, received on, answer by. One per request (and per `cause`,
 * where something changed to whom it goes), by mail or, where only a postal address is known, by letter.
 */
export async function sendReceipt(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  row: RequestRow,
  cause = '',
): Promise<void> {
  if (!row.emailSealed && !row.postalAddressSealed) return
  await reachRequester(tx, runtime, row, {
    template: 'receipt',
    key: cause ? `receipt:${row.id}:${cause}` : `receipt:${row.id}`,
    propsFor: ({ name }) => ({
      reference: row.reference,
      kind: row.kind as RequestKind,
      ...(row.objectionTo ? { objectionTo: row.objectionTo as ObjectionTo } : {}),
      name,
      receivedOn: row.receivedOn.toString(),
      dueOn: row.dueOn.toString(),
      statusUrl: statusUrl(runtime, row),
    }),
  })
}
