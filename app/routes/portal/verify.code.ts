import { redirect } from '@remix-run/node'
import type { ActionFunctionArgs } from '@remix-run/node'
import { askCodeAgain } from '~/identity/ask-code.server'
import { readBinding } from '~/identity/binding-cookie.server'
import { emailIndexOfBinding } from '~/identity/codes.server'
import { takeCodeMail } from '~/identity/limits.server'
import { senderOf } from '~/identity/senders.server'
import { readForm } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { languageParam } from './language-param'

/** POST: one more code for what this browser is bound to; the one before is void. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const { runtime, clientAddress } = context
  const read = await readForm(runtime, request)
  const binding = readBinding(runtime, request)
  const emailIndex = read.ok && binding ? await emailIndexOfBinding(runtime.db, binding.id) : null
  if (!binding || !emailIndex) return redirect(`/${language}/verify`, 303)
  const mail = await takeCodeMail(runtime, clientAddress, emailIndex)
  const sender = senderOf(runtime, clientAddress, emailIndex)
  const asked = await inTransaction(runtime, (tx) =>
    askCodeAgain(tx, runtime, binding, { language, mayMail: mail.ok, sender }),
  )
  return redirect(`/${language}/verify?code=${asked.ok ? 'sent' : 'too-soon'}`, 303)
}

export function loader({ params }: { params: { lng?: string } }) {
  return redirect(`/${languageParam(params)}/verify`)
}
