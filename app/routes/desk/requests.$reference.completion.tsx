import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { previewMail } from '~/mail/preview.server'
import { inTransaction } from '~/platform/runtime.server'
import { completeRequest, completionMail, completionSchema } from '~/requests/complete.server'
import { requireStaff } from '~/staff/require-staff.server'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { SnippetPicker } from './parts/snippet-picker'
import { snippetChoices, withSnippet } from './snippet-form.server'
import { MailPreview, PreviewButton } from './parts/mail-preview'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  return {
    head: await actionHead(context, request, row),
    snippets: await snippetChoices(context.runtime, row),
  }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = await withSnippet(runtime, row, form, 'answer')
  if (form.get('intent') === 'snippet') return { typed, wrong: false, problem: null, preview: null }
  const parsed = completionSchema.safeParse({ answer: typed })
  if (!parsed.success) return data({ typed, wrong: true, problem: null, preview: null }, { status: 400 })
  if (form.get('intent') === 'preview') {
    const preview = await previewMail(
      runtime,
      'completed',
      completionMail(runtime, row, parsed.data.answer, '…'),
      row.language,
    )
    return { typed, wrong: false, problem: null, preview }
  }
  const done = await inTransaction(runtime, (tx) =>
    completeRequest(tx, runtime, { requestId: row.id, ...parsed.data, by: staff, version: versionIn(form) }),
  )
  if (!done.ok)
    return data({ typed, wrong: false, problem: done.reason, preview: null }, { status: statusOfRefusal(done.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Completion() {
  const t = useTexts()
  const { head, snippets } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <ActionPage
      head={head}
      doing={t('desk:do.completion')}
      problem={sent?.problem}
      button={t('desk:completion.button')}
      after={<MailPreview preview={sent?.preview} />}
    >
      <p>{t(head.hasAddress ? 'desk:completion.lead' : 'desk:completion.leadLetter')}</p>
      <TextArea
        name="answer"
        label={t('desk:completion.label')}
        hint={t(`desk:completion.language.${head.language}`)}
        value={sent?.typed}
        error={sent?.wrong ? t('desk:problem.too_short') : undefined}
        rows={10}
        maxLength={10_000}
        required
      />
      <SnippetPicker snippets={snippets} />
      <PreviewButton />
    </ActionPage>
  )
}
