import { redirect } from '@remix-run/node'
import type { ActionFunctionArgs } from '@remix-run/node'
import { forgetChallenge } from '~/staff/passkey-challenge.server'
import { askPasskey, signInWithPasskey } from '~/staff/passkey-sign-in.server'
import { safeNext } from '~/staff/require-staff.server'
import { deskForm } from './desk-form.server'
import { languageCookie } from './parts/language-cookie.server'

/** POST: first what the passkey has to sign (JSON for the browser), then what it signed. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { runtime, clientAddress } = context
  const form = await deskForm(request, context)
  if (form.get('intent') === 'options') {
    const asked = await askPasskey(runtime, { purpose: 'sign-in', clientAddress })
    if (!asked.ok)
      return new Response(null, { status: 429, headers: { 'Retry-After': String(asked.retryAfterSeconds) } })
    return Response.json(asked.options, { headers: { 'Set-Cookie': asked.cookie } })
  }
  const signed = await signInWithPasskey(runtime, request, form.get('response'))
  const headers = new Headers({ 'Set-Cookie': forgetChallenge(runtime) })
  if (!signed.ok) throw redirect('/desk/login?said=passkey_refused', { status: 303, headers })
  for (const cookie of [...signed.cookies, languageCookie(runtime, signed.staff.language)])
    headers.append('Set-Cookie', cookie)
  throw redirect(safeNext(new URL(request.url).searchParams.get('next')), { status: 303, headers })
}
