import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { previewMail } from '~/mail/preview.server'
import { inTransaction } from '~/platform/runtime.server'
import { dismissalMail, dismissalSchema, dismissRequest } from '~/requests/dismiss.server'
import { requireStaff } from '~/staff/require-staff.server'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { actionHead, caseAt, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { MailPreview, PreviewButton } from './parts/mail-preview'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  return { head: await actionHead(context, request, await caseAt(context, params)) }
}

/** POST: not a request under the GDPR; answered politely, and out of the figures. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = form.get('answer')
  const parsed = dismissalSchema.safeParse({ answer: typed })
  if (!parsed.success) return data({ typed, wrong: true, problem: null, preview: null }, { status: 400 })
  if (form.get('intent') === 'preview') {
    const props = dismissalMail(runtime, row, parsed.data.answer, '…')
    return { typed, wrong: false, problem: null, preview: await previewMail(runtime, 'dismissed', props, row.language) }
  }
  const done = await inTransaction(runtime, (tx) =>
    dismissRequest(tx, runtime, { requestId: row.id, ...parsed.data, by: staff, version: versionIn(form) }),
  )
  if (!done.ok)
    return data({ typed, wrong: false, problem: done.reason, preview: null }, { status: statusOfRefusal(done.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Dismissal() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <ActionPage
      head={head}
      doing={t('verbs:do.dismissal')}
      problem={sent?.problem}
      button={t('verbs:dismissal.button')}
      look="danger"
      after={<MailPreview preview={sent?.preview} />}
    >
      <p>{t(head.hasAddress ? 'verbs:dismissal.lead' : 'verbs:dismissal.leadLetter')}</p>
      <TextArea
        name="answer"
        label={t('verbs:dismissal.label')}
        hint={`${t('verbs:dismissal.hint')} ${t(`desk:completion.language.${head.language}`)}`}
        value={sent?.typed}
        error={sent?.wrong ? t('desk:problem.too_short') : undefined}
        maxLength={10_000}
        required
      />
      <PreviewButton />
    </ActionPage>
  )
}
