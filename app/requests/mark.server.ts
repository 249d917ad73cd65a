import type { Transaction } from '~db/client'
import { enqueueJob } from '~/jobs/enqueue.server'
import { isOpen, type RequestState } from './lifecycle'
import type { RequestRow } from './move.server'

/** The task of erasure/ that writes, moves or clears the mark of an open request in the systems; `{requestId, clear}`. */
export const markTask = 'erasure.mark'

type Marked = Pick<RequestRow, 'verifiedAt' | 'state' | 'dueOn'>

const isMarked = (row: Marked) => row.verifiedAt !== null && isOpen(row.state as RequestState)

/**
 * Keeps the mark of an open request true (datamap.md `on_request`): written when the request is verified, moved with its due
 * date, cleared when it ends. One waiting job a request: the newest says what holds.
 */
export async function followMark(tx: Transaction, before: RequestRow, after: RequestRow): Promise<void> {
  const marked = isMarked(after)
  if (marked ? isMarked(before) && before.dueOn.equals(after.dueOn) : !isMarked(before)) return
  const payload = { requestId: after.id, clear: !marked }
  await enqueueJob(tx, markTask, payload, { jobKey: `${markTask}:${after.id}` })
}
