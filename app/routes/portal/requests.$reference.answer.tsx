import { useActionData, useParams } from '@remix-run/react'
import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { forgetTyped } from '~/identity/typed-draft.server'
import { readForm } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { findBsn } from '~/requests/bsn'
import { messageSchema, recordAnswer } from '~/requests/messages.server'
import { requestOfAddress } from '~/requests/of-address.server'
import { ErrorSummary } from '~/ui/error-summary'
import { useTexts } from '~/ui/language'
import { AnswerForm } from '~/ui/portal/request-parts'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'
import { requireSubject, requireSubjectKeeping } from './require-subject.server'

export const meta: MetaFunction = (page) => pageTitle(page, 'status:messages.reply')

/** The form stands on the request's own page; here it comes back when something is wrong with what was sent. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const language = languageParam(params)
  const reference = params['reference'] ?? ''
  const { emailIndex } = await requireSubject(context, request, language, reference)
  if (!(await requestOfAddress(context.runtime.db, emailIndex, reference))) throw new Response(null, { status: 404 })
  return null
}

/** POST: the person's answer to our question; the case goes on by itself. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const reference = params['reference'] ?? ''
  const { runtime } = context
  const { emailIndex } = await requireSubjectKeeping(context, request, {
    language,
    reference,
    form: 'answer',
    fields: ['text'],
  })
  const row = await requestOfAddress(runtime.db, emailIndex, reference)
  if (!row) throw new Response(null, { status: 404 })
  const read = await readForm(runtime, request)
  const text = read.form?.get('text') ?? ''
  if (!read.ok)
    return data(
      { text, problem: read.status === 413 ? 'filing:error.tooLarge' : 'status:formTooOld' },
      { status: read.status },
    )
  const parsed = messageSchema.safeParse({ text })
  if (!parsed.success || row.closedAt)
    return data({ text, problem: text.trim() ? 'filing:error.tooLarge' : 'status:messages.missing' }, { status: 400 })
  // UAVG art. 46: a citizen service number is not asked for, so it is pointed out before it is kept.
  if (read.form.get('keepNumber') !== 'yes' && findBsn(parsed.data.text))
    return data({ text, problem: 'filing:error.bsn' }, { status: 400 })
  await inTransaction(runtime, async (tx) => {
    await recordAnswer(tx, runtime, { requestId: row.id, text: parsed.data.text, actor: { kind: 'subject' } })
    await forgetTyped(tx, runtime, request)
  })
  return redirect(`/${language}/requests/${reference}?said=answered`, 303)
}

export default function Answer() {
  const sent = useActionData<typeof action>()
  const t = useTexts()
  const problem = sent ? t(sent.problem) : ''
  return (
    <>
      <h1>{t('status:messages.reply')}</h1>
      <ErrorSummary errors={{ text: problem }} />
      <AnswerForm
        reference={useParams()['reference'] ?? ''}
        text={sent?.text ?? ''}
        error={problem}
        hasBsn={sent?.problem === 'filing:error.bsn'}
      />
    </>
  )
}
