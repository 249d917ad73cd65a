import { redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { confirmSubmission } from '~/identity/confirm.server'
import { readForm } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { disownSubmission } from '~/requests/disown.server'
import { requestOfAddress } from '~/requests/of-address.server'
import { languageParam } from './language-param'
import { requireSubject } from './require-subject.server'

/**
 * POST: whoever proved the address says of a request that waits for its confirmation that it is theirs, also after it
 * expired, or (`answer` no) that they did not ask for it. Both go for everything that was sent in together.
 */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const reference = params['reference'] ?? ''
  const { runtime } = context
  const { emailIndex } = await requireSubject(context, request, language, reference)
  const row = await requestOfAddress(runtime.db, emailIndex, reference)
  if (!row) throw new Response(null, { status: 404 })
  const read = await readForm(runtime, request)
  if (!read.ok) return redirect(`/${language}/requests/${reference}`, 303)
  if (read.form.get('answer') === 'no') {
    await inTransaction(runtime, (tx) => disownSubmission(tx, runtime, row.submissionId))
    return redirect(`/${language}/not-me`, 303)
  }
  const rows = await inTransaction(runtime, (tx) => confirmSubmission(tx, runtime, row.submissionId))
  const confirmed = rows.some((each) => each.id === row.id && each.verifiedAt)
  return redirect(`/${language}/requests/${reference}${confirmed ? '?receipt' : ''}`, 303)
}

export function loader({ params }: LoaderFunctionArgs) {
  return redirect(`/${languageParam(params)}/requests/${encodeURIComponent(params['reference'] ?? '')}`)
}
