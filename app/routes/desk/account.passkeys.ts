import { redirect } from '@remix-run/node'
import type { ActionFunctionArgs } from '@remix-run/node'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { addPasskey, offerPasskey, removePasskey } from '~/staff/passkeys.server'
import { requireStaff } from '~/staff/require-staff.server'
import { mayDropFactor } from '~/staff/second-factor.server'
import { deskForm } from './desk-form.server'
import { sureOfPresence } from './parts/present.server'

const page = '/desk/account/security'

/** POST: what the browser needs to make a passkey (JSON), the passkey that it made, or the removal of one. */
export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'account.own')
  const form = await deskForm(request, context)
  const { runtime } = context
  const { staff } = session
  sureOfPresence(context, session, page)
  if (form.get('intent') === 'options') {
    const organisation = (await readOrganisation(runtime.db))['organisation.name']
    const { options, cookie } = await offerPasskey(runtime, staff, organisation)
    return Response.json(options, { headers: { 'Set-Cookie': cookie } })
  }
  if (form.get('intent') === 'remove') {
    const id = form.get('id')
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new Response(null, { status: 400 })
    if (!(await mayDropFactor(runtime, staff.id))) throw new Response(null, { status: 400 })
    await inTransaction(runtime, (tx) => removePasskey(tx, runtime, { staffId: staff.id, id }))
    throw redirect(page, 303)
  }
  const order = { staffId: staff.id, name: form.get('name'), response: form.get('response') }
  const added = await inTransaction(runtime, (tx) => addPasskey(tx, runtime, request, order))
  if (!added.ok) throw new Response(null, { status: 400 })
  throw redirect(page, 303)
}
