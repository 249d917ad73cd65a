import { redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { forgetHandOff } from '~/identity/hand-off.server'
import { endSession, endSessionsEverywhere, readSession } from '~/identity/session.server'
import { readForm } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { languageParam } from './language-param'

/** POST: ends the session on the server; with `everywhere` every session of the same address, on all devices. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const { runtime } = context
  const read = await readForm(runtime, request)
  if (!read.ok) return redirect(`/${language}/requests`, 303)
  const session = read.form.get('everywhere') === 'yes' ? await readSession(runtime, request) : null
  const cookies = await inTransaction(runtime, async (tx) => {
    if (session) await endSessionsEverywhere(tx, runtime, session.emailIndex)
    return [await endSession(tx, runtime, request), ...(await forgetHandOff(tx, runtime, request))]
  })
  const headers = new Headers()
  for (const cookie of cookies) headers.append('Set-Cookie', cookie)
  return redirect(`/${language}/sign-in?signed-out`, { status: 303, headers })
}

export function loader({ params }: LoaderFunctionArgs) {
  return redirect(`/${languageParam(params)}/requests`)
}
