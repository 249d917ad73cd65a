import type { Transaction } from '~db/client'
import { enqueueJob } from '~/jobs/enqueue.server'
import { isOpen, type RequestState } from '../lifecycle'
import type { RequestRow } from '../move.server'

/** The task of erasure/ that gives out what people have to look up or correct by hand for a case; `{requestId}`. */
export const lookTask = 'erasure.look'

/** Rights that no run carries out: people look, or correct, wherever no program of ours reaches. */
const kinds: readonly string[] = ['access', 'portability', 'rectification']

const looksNow = (row: Pick<RequestRow, 'kind' | 'verifiedAt' | 'state'>) =>
  kinds.includes(row.kind) && row.verifiedAt !== null && isOpen(row.state as RequestState)

const isCorrected = (row: Pick<RequestRow, 'kind' | 'state'>) =>
  row.kind === 'rectification' && row.state === 'completed'

/**
 * Once the person is proven, the tasks by hand of a case are given out; again where it is reopened; and once something was
 * corrected, those of telling the recipients.
 */
export async function followLook(tx: Transaction, before: RequestRow, after: RequestRow): Promise<void> {
  const looks = looksNow(after) && !looksNow(before)
  if (!looks && !(isCorrected(after) && !isCorrected(before))) return
  await enqueueJob(tx, lookTask, { requestId: after.id }, { jobKey: `${lookTask}:${after.id}` })
}
