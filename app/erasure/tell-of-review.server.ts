import type { Temporal } from 'temporal-polyfill'
import type { Transaction } from '~db/client'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import type { RequestRow } from '~/requests/move.server'
import type { StaffRow } from '~/staff/accounts.server'
import { inRole, withDeputies, readReach, type Reach } from '~/staff/reach.server'

/** asked: at once; due: shortly before the last day; lapsed: the day is over; objected: a reviewer did not agree. */
export type ReviewStage = 'asked' | 'due' | 'lapsed' | 'objected'

/** Who may look afterwards at what somebody approved alone: anybody else who approves or administers. */
export const mayReview = (reach: Reach, approverId: string): StaffRow[] =>
  [...inRole(reach, 'approver'), ...inRole(reach, 'admin')].filter(({ id }) => id !== approverId)

/**
 * Mails about an approval that somebody gave alone: to all admins, and while it is to be looked at to whoever may do that;
 * where they are away to their deputies, too. Once per stage and person; `again` tells apart what is said more than once.
 */
export async function tellOfReview(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: {
    stage: ReviewStage
    approvalId: string
    approverId: string
    request: Pick<RequestRow, 'id' | 'reference'>
    rows: number
    reviewBy: Temporal.PlainDate
    again?: number
  },
): Promise<void> {
  const { stage, request, approvalId, approverId } = order
  const reach = await readReach(tx, runtime)
  const admins = inRole(reach, 'admin')
  const asked = stage === 'asked' || stage === 'due' ? mayReview(reach, approverId) : []
  // Before the day is over only those who can do something about it are reminded.
  const told = stage === 'due' ? asked : [...admins, ...asked]
  const approver = reach.staff.get(approverId)?.name ?? ''
  for (const member of withDeputies(reach, new Set(told.map(({ id }) => id))))
    await sendMail(tx, runtime, {
      template: 'approval_review',
      to: member.email,
      language: member.language === 'en' ? 'en' : 'nl',
      requestId: request.id,
      idempotencyKey: `approval_review:${stage}${order.again ? `.${String(order.again)}` : ''}:${approvalId}:${member.id}`,
      props: {
        reference: request.reference,
        why: stage,
        approver,
        planRows: order.rows,
        reviewOn: order.reviewBy.toString(),
        url: `${runtime.publicUrl}/desk/requests/${request.reference}/review`,
      },
    })
}
