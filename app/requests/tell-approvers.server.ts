import type { Transaction } from '~db/client'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import { inRole, readReach, withDeputies } from '~/staff/reach.server'
import type { RequestRow } from './move.server'

/**
 * Mails everybody who may approve that a plan waits for them, and the deputies of those who are away; not whoever made it.
 * Once per plan and person.
 */
export async function tellApprovers(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { request: Pick<RequestRow, 'id' | 'reference'>; planId: string; changes: number; except: string },
): Promise<void> {
  const { request, planId, changes } = order
  const reach = await readReach(tx, runtime)
  const approvers = inRole(reach, 'approver').map(({ id }) => id)
  for (const approver of withDeputies(reach, approvers)) {
    if (approver.id === order.except) continue
    await sendMail(tx, runtime, {
      template: 'approval_needed',
      to: approver.email,
      language: approver.language === 'en' ? 'en' : 'nl',
      requestId: request.id,
      idempotencyKey: `approval_needed:${planId}:${approver.id}`,
      props: {
        reference: request.reference,
        planRows: changes,
        url: `${runtime.publicUrl}/desk/requests/${request.reference}/approval`,
      },
    })
  }
}
