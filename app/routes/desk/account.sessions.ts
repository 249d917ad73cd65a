import { redirect } from '@remix-run/node'
import type { ActionFunctionArgs } from '@remix-run/node'
import { inTransaction } from '~/platform/runtime.server'
import { revokeSessions } from '~/staff/list-sessions.server'
import { requireStaff } from '~/staff/require-staff.server'
import { deskForm } from './desk-form.server'

/** POST: ends one of one's own sessions, or all others. Needs no password: whoever leaves in a hurry ends them at once. */
export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'account.own')
  const form = await deskForm(request, context)
  const which = form.get('intent') === 'others' ? null : form.get('id')
  await inTransaction(context.runtime, (tx) =>
    revokeSessions(tx, context.runtime, { staffId: session.staff.id, present: session.id, which }),
  )
  throw redirect('/desk/account/security', 303)
}
