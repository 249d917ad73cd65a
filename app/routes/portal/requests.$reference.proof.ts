import { redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { askCodeForAddress } from '~/identity/ask-code.server'
import { bindBrowser } from '~/identity/binding-cookie.server'
import { takeCodeMail } from '~/identity/limits.server'
import { senderOf } from '~/identity/senders.server'
import { readForm } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { requestOfAddress } from '~/requests/of-address.server'
import { languageParam } from './language-param'
import { requireSubject } from './require-subject.server'

/** POST: a fresh code before something is collected; it leads back to the request. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const reference = params['reference'] ?? ''
  const { runtime, clientAddress } = context
  const { emailIndex } = await requireSubject(context, request, language, reference)
  const row = await requestOfAddress(runtime.db, emailIndex, reference)
  if (!row) throw new Response(null, { status: 404 })
  const read = await readForm(runtime, request)
  if (!read.ok) return redirect(`/${language}/requests/${reference}`, 303)
  const mail = await takeCodeMail(runtime, clientAddress, emailIndex)
  const sender = senderOf(runtime, clientAddress, emailIndex)
  const binding = await inTransaction(runtime, (tx) =>
    askCodeForAddress(tx, runtime, { purpose: 'download', emailIndex, language, mayMail: mail.ok, sender, reference }),
  )
  return redirect(`/${language}/verify`, { status: 303, headers: { 'Set-Cookie': bindBrowser(runtime, binding) } })
}

export function loader({ params }: LoaderFunctionArgs) {
  return redirect(`/${languageParam(params)}/requests/${encodeURIComponent(params['reference'] ?? '')}`)
}
