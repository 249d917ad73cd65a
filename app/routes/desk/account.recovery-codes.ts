import { redirect } from '@remix-run/node'
import type { ActionFunctionArgs } from '@remix-run/node'
import { inTransaction } from '~/platform/runtime.server'
import { showOnce } from '~/platform/show-once.server'
import { makeRecoveryCodes } from '~/staff/recovery-codes.server'
import { requireStaff } from '~/staff/require-staff.server'
import { factorsOf } from '~/staff/second-factor.server'
import { deskForm } from './desk-form.server'
import { sureOfPresence } from './parts/present.server'

/** POST: ten new codes in place of the old ones, shown on the page that follows. */
export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'account.own')
  await deskForm(request, context)
  const { runtime } = context
  sureOfPresence(context, session, '/desk/account/security')
  const holder = session.staff.id
  if (!(await factorsOf(runtime.db, holder)).totp) throw new Response(null, { status: 400 })
  const codes = await inTransaction(runtime, (tx) => makeRecoveryCodes(tx, runtime, holder))
  const shown = showOnce(runtime, { name: 'staff-codes', holder, text: codes.join('\n') })
  throw redirect('/desk/account/security', { status: 303, headers: { 'Set-Cookie': shown } })
}
