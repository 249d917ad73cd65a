import { redirect, type ActionFunctionArgs } from '@remix-run/node'
import { z } from 'zod'
import { seeReturned } from '~/erasure/returned.server'
import { inTransaction } from '~/platform/runtime.server'
import { requireStaff } from '~/staff/require-staff.server'
import { deskForm } from './desk-form.server'
import { systemAt } from './system.server'

/** POST `id`: somebody looked at rows of a person who came back. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'systems.manage')
  const form = await deskForm(request, context)
  const id = z.uuid().safeParse(form.get('id'))
  if (!id.success) throw new Response(null, { status: 400 })
  const { key } = await systemAt(context, params)
  await inTransaction(context.runtime, (tx) =>
    seeReturned(tx, context.runtime, { id: id.data, system: key, actor: { kind: 'staff', id: staff.id } }),
  )
  return redirect(`/desk/systems/${key}`, 303)
}
