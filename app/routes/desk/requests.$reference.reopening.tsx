import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { previewMail } from '~/mail/preview.server'
import { inTransaction } from '~/platform/runtime.server'
import { reopeningMail, reopeningSchema, reopenRequest } from '~/requests/reopen.server'
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

/** POST: a case that was answered is worked on again. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = form.get('reason')
  const parsed = reopeningSchema.safeParse({ reason: typed })
  if (!parsed.success) return data({ typed, wrong: true, problem: null, preview: null }, { status: 400 })
  if (form.get('intent') === 'preview') {
    const props = reopeningMail(runtime, row, parsed.data.reason, '…')
    return { typed, wrong: false, problem: null, preview: await previewMail(runtime, 'reopened', props, row.language) }
  }
  const done = await inTransaction(runtime, (tx) =>
    reopenRequest(tx, runtime, { requestId: row.id, ...parsed.data, by: staff, version: versionIn(form) }),
  )
  if (!done.ok)
    return data({ typed, wrong: false, problem: done.reason, preview: null }, { status: statusOfRefusal(done.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Reopening() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <ActionPage
      head={head}
      doing={t('verbs:do.reopening')}
      problem={sent?.problem}
      button={t('verbs:reopening.button')}

      after={<MailPreview preview={sent?.preview} />}
    >
      <p>{t('verbs:reopening.lead')}</p>
      <TextArea
        name="reason"
        label={t('verbs:reopening.label')}
        hint={t(`desk:completion.language.${head.language}`)}
        value={sent?.typed}
        error={sent?.wrong ? t('desk:problem.too_short') : undefined}
        maxLength={10_000}
        required
      />
      <PreviewButton />
    </ActionPage>
  )
}
