import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { previewMail } from '~/mail/preview.server'
import { inTransaction } from '~/platform/runtime.server'
import { deskToday } from '~/requests/case-view.server'
import { pauseMail, pauseRequest, pauseSchema } from '~/requests/pause.server'
import { requireStaff } from '~/staff/require-staff.server'
import { ErrorSummary } from '~/ui/error-summary'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { actionHead, caseAt, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { MailPreview, PreviewButton } from './parts/mail-preview'
import { RadioGroup } from './parts/radio-group'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const { organisation } = await deskToday(context.runtime)
  return {
    head: await actionHead(context, request, await caseAt(context, params)),
    days: organisation['deadlines.pauseLimitDays'],
  }
}

/** POST: a question that stops the clock, where the law lets it. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = {
    cause: form.get('cause'),
    largeQuantity: form.get('largeQuantity') === 'yes',
    question: form.get('question'),
  }
  const answer = { typed, wrong: [] as string[], problem: null as string | null, preview: null }
  const parsed = pauseSchema.safeParse(typed)
  if (!parsed.success)
    return data({ ...answer, wrong: parsed.error.issues.map(({ path }) => String(path[0])) }, { status: 400 })
  if (form.get('intent') === 'preview') {
    const { today } = await deskToday(runtime)
    const props = pauseMail(runtime, row, parsed.data, today, '…')
    return { ...answer, preview: await previewMail(runtime, 'paused', props, row.language) }
  }
  const paused = await inTransaction(runtime, (tx) =>
    pauseRequest(tx, runtime, { requestId: row.id, ...parsed.data, by: staff, version: versionIn(form) }),
  )
  if (!paused.ok) return data({ ...answer, problem: paused.reason }, { status: statusOfRefusal(paused.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Pause() {
  const t = useTexts()
  const { head, days } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const causeWrong = sent?.wrong.includes('cause') ? t('verbs:pause.causeWrong') : undefined
  const questionWrong = sent?.wrong.includes('question') ? t('desk:problem.too_short') : undefined
  const causes = head.kind === 'access' ? ['identity', 'clarification'] : ['identity']
  return (
    <ActionPage
      head={head}
      doing={t('verbs:do.pause')}
      problem={sent?.problem}
      button={t('verbs:pause.button')}
      after={<MailPreview preview={sent?.preview} />}
    >
      <ErrorSummary errors={{ cause: causeWrong, question: questionWrong }} />
      <p>{t('verbs:pause.lead', { days })}</p>
      <RadioGroup
        name="cause"
        legend={t('verbs:pause.cause')}
        value={sent?.typed.cause ?? (causes.length === 1 ? causes[0] : undefined)}
        error={causeWrong}
        options={causes.map((value) => ({ value, label: t(`verbs:pause.causes.${value}`) }))}
      />
      {head.kind === 'access' ? (
        <fieldset className="radios">
          <legend>{t('verbs:pause.quantity')}</legend>
          <label>
            <input type="checkbox" name="largeQuantity" value="yes" defaultChecked={sent?.typed.largeQuantity} />
            <span>{t('verbs:pause.large')}</span>
          </label>
        </fieldset>
      ) : null}
      <TextArea
        name="question"
        label={t('verbs:pause.question')}
        hint={`${t('verbs:pause.questionHint')} ${t(`desk:completion.language.${head.language}`)}`}
        value={sent?.typed.question}
        error={questionWrong}
        maxLength={10_000}
        required
      />
      <PreviewButton />
    </ActionPage>
  )
}
