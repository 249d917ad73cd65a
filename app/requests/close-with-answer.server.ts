import { decision } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { MailName, MailProps } from '~emails/index'
import { mailRequester } from './answer-mail.server'
import { moveRequest } from './move.server'
import type { Moved, RequestRow } from './move.server'
import { requestSealer } from './sealed.server'

type Closing<Name extends MailName> = {
  /** The case as it was locked in this transaction. */
  before: RequestRow
  move: 'complete' | 'dismiss'
  outcome: 'answered' | 'not_a_request'
  answer: string
  by: StaffMember
  version: number | undefined
  template: Name
  mail: (row: RequestRow, name: string) => MailProps[Name]
}

/** Closes a case with an answer in own words: the move, the decision as a record, and the mail or letter. */
export async function closeWithAnswer<Name extends MailName>(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { before, move, outcome, answer, by, version, template, mail }: Closing<Name>,
): Promise<Moved | { ok: false; reason: 'purged' }> {
  const sealer = await requestSealer(tx, runtime, before.id)
  if (!sealer) return { ok: false, reason: 'purged' }
  const now = runtime.clock.now()
  const moved = await moveRequest(tx, runtime, {
    requestId: before.id,
    version,
    move,
    actor: { kind: 'staff', id: by.id },
    mover: by.role === 'admin' ? 'admin' : 'agent',
    set: { decidedAt: before.decidedAt ?? now, firstAnswerAt: before.firstAnswerAt ?? now, closedAt: now },
  })
  if (!moved.ok) return moved
  const reasonSealed = sealer.seal('decision.reason', answer)
  await tx.insert(decision).values({ requestId: before.id, at: now, byStaffId: by.id, outcome, reasonSealed })
  await mailRequester(tx, runtime, moved.request, template, ({ name }) => mail(moved.request, name))
  return moved
}
