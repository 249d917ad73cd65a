import { redirect } from '@remix-run/node'
import type { ActionFunctionArgs } from '@remix-run/node'
import { endSession } from '~/staff/sessions.server'
import { deskForm } from './desk-form.server'

export async function action({ request, context }: ActionFunctionArgs) {
  await deskForm(request, context)
  throw redirect('/desk/login', { status: 303, headers: { 'Set-Cookie': await endSession(context.runtime, request) } })
}
