import { withdrawal } from '~db/schema'
import type { Transaction } from '~db/client'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import { reachableStaff } from '~/staff/accounts.server'
import { requestsOfSubmission } from './confirm.server'
import { moveRequest } from './move.server'
import type { RequestRow } from './move.server'

/**
 * Whose address it is says that they asked for nothing: every request of the submission that is not confirmed ends, and the
 * desk is told. The person gets no mail: they have just read it. A stop to marketing that already ran stays, since it harms
 * nobody and its mail shows the way back. Answers the requests that ended.
 */
export async function disownSubmission(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  submissionId: string,
): Promise<RequestRow[]> {
  const now = runtime.clock.now()
  const ended: RequestRow[] = []
  for (const row of await requestsOfSubmission(tx, submissionId)) {
    if (row.state !== 'unverified') continue
    const moved = await moveRequest(tx, runtime, {
      requestId: row.id,
      move: 'withdraw',
      actor: { kind: 'subject' },
      mover: 'subject',
      verb: 'request.disowned',
      set: { closedAt: now },
    })
    if (!moved.ok) continue
    await tx.insert(withdrawal).values({ requestId: row.id, at: now, byStaffId: null })
    ended.push(moved.request)
  }
  for (const row of ended.slice(0, 1)) await tellDesk(tx, runtime, row, 'closed')
  return ended
}

/** Mails everybody who works cases that somebody did not ask for what was asked with their address. Once per request. */
export async function tellDesk(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  row: Pick<RequestRow, 'id' | 'reference'>,
  /** closed: it was not confirmed and ended; blocked: it goes on only when somebody looked into it. */
  why: 'closed' | 'blocked',
): Promise<void> {
  for (const member of await reachableStaff(tx, ['agent', 'admin'])) {
    await sendMail(tx, runtime, {
      template: 'disowned',
      to: member.email,
      language: member.language === 'en' ? 'en' : 'nl',
      requestId: row.id,
      idempotencyKey: `disowned:${why}:${row.id}:${member.id}`,
      props: { reference: row.reference, why, url: `${runtime.publicUrl}/desk/requests/${row.reference}` },
    })
  }
}
