import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { completePartially, partialCompletionSchema, partialMail } from '~/erasure/complete-partially.server'
import { previewMail } from '~/mail/preview.server'
import { inTransaction } from '~/platform/runtime.server'
import { unlessChanged } from '~/requests/unless-changed.server'
import { requireStaff } from '~/staff/require-staff.server'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { MailPreview, PreviewButton } from './parts/mail-preview'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'plan.execute')
  return { head: await actionHead(context, request, await caseAt(context, params)) }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'plan.execute')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = form.get('answer')
  const parsed = partialCompletionSchema.safeParse({ answer: typed })
  if (!parsed.success) return data({ typed, wrong: true, problem: null, preview: null }, { status: 400 })
  if (form.get('intent') === 'preview') {
    const props = await partialMail(runtime.db, runtime, row, parsed.data.answer)
    const preview = await previewMail(runtime, 'partly_carried_out', props, row.language)
    return { typed, wrong: false, problem: null, preview }
  }
  const done = await inTransaction(runtime, (tx) =>
    unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, () =>
      completePartially(tx, runtime, { requestId: row.id, ...parsed.data, by: staff }),
    ),
  )
  if (!done.ok)
    return data({ typed, wrong: false, problem: done.reason, preview: null }, { status: statusOfRefusal(done.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function PartialCompletion() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <ActionPage
      head={head}
      doing={t('desk:do.partial-completion')}
      problem={sent?.problem}
      button={t('desk:partly.button')}
      look="danger"
      after={<MailPreview preview={sent?.preview} />}
    >
      <p>{t(head.hasAddress ? 'desk:partly.lead' : 'desk:partly.leadLetter')}</p>
      <TextArea
        name="answer"
        label={t('desk:partly.label')}
        hint={t(`desk:completion.language.${head.language}`)}
        value={sent?.typed}
        error={sent?.wrong ? t('desk:problem.too_short') : undefined}
        rows={8}
        maxLength={10_000}
        required
      />
      <PreviewButton />
    </ActionPage>
  )
}
