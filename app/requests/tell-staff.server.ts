import type { Transaction } from '~db/client'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffRow } from '~/staff/accounts.server'
import { onDuty, readReach, withDeputies } from '~/staff/reach.server'
import type { RequestKind } from './kinds'
import type { RequestRow } from './move.server'

/**
 * Mails staff that something happened to a case, once per person and `cause`; `except`: whoever did it. `to` absent: whoever
 * has the case, with their deputy while they are away; of a case that is nobody's, the group on duty.
 */
export async function tellStaff(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: {
    request: Pick<RequestRow, 'id' | 'reference' | 'kind' | 'dueOn' | 'assigneeId'>
    template: 'answer_received' | 'assigned' | 'colleague_answered' | 'colleague_late'
    cause: string
    to?: readonly StaffRow[]
    except?: string | null
  },
): Promise<void> {
  const { request, template, cause, except } = order
  for (const member of order.to ?? (await staffOfCase(tx, runtime, request.assigneeId))) {
    if (member.id === except) continue
    await sendMail(tx, runtime, {
      template,
      to: member.email,
      language: member.language === 'en' ? 'en' : 'nl',
      requestId: request.id,
      idempotencyKey: `${template}:${cause}:${member.id}`,
      props: {
        reference: request.reference,
        kind: request.kind as RequestKind,
        dueOn: request.dueOn.toString(),
        url: `${runtime.publicUrl}/desk/requests/${request.reference}`,
      },
    })
  }
}

/** Whoever has a case, with their deputy while they are away; of one that is nobody's, the group on duty. */
export async function staffOfCase(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock'>,
  assigneeId: string | null,
): Promise<StaffRow[]> {
  const reach = await readReach(tx, runtime)
  const reached = assigneeId ? withDeputies(reach, [assigneeId]) : []
  return reached.length > 0 ? reached : onDuty(reach)
}
