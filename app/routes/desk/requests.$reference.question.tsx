import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { previewMail } from '~/mail/preview.server'
import { inTransaction } from '~/platform/runtime.server'
import { askSubject, questionMail, questionSchema } from '~/requests/question.server'
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
  const typed = await withSnippet(runtime, row, form, 'question')
  if (form.get('intent') === 'snippet') return { typed, wrong: false, problem: null, preview: null }
  const parsed = questionSchema.safeParse({ question: typed })
  if (!parsed.success) return data({ typed, wrong: true, problem: null, preview: null }, { status: 400 })
  if (form.get('intent') === 'preview') {
    const preview = await previewMail(
      runtime,
      'question',
      questionMail(runtime, row, parsed.data.question, '…'),
      row.language,
    )
    return { typed, wrong: false, problem: null, preview }
  }
  const asked = await inTransaction(runtime, (tx) =>
    askSubject(tx, runtime, { requestId: row.id, ...parsed.data, by: staff, version: versionIn(form) }),
  )
  if (!asked.ok)
    return data(
      { typed, wrong: false, problem: asked.reason, preview: null },
      { status: statusOfRefusal(asked.reason) },
    )
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Question() {
  const t = useTexts()
  const { head, snippets } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <ActionPage
      head={head}
      doing={t('desk:do.question')}
      problem={sent?.problem}
      button={t('desk:question.button')}
      after={<MailPreview preview={sent?.preview} />}
    >
      <p>{t('desk:question.lead')}</p>
      <TextArea
        name="question"
        label={t('desk:question.label')}
        value={sent?.typed}
        error={sent?.wrong ? t('desk:problem.too_short') : undefined}
        maxLength={10_000}
        required
      />
      <SnippetPicker snippets={snippets} />
      <PreviewButton />
    </ActionPage>
  )
}
