import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { deskToday } from '~/requests/case-view.server'
import { answerDays, askColleague, askColleagueSchema } from '~/requests/colleague/ask.server'
import { takeBackQuestion } from '~/requests/colleague/take-back.server'
import { isUnmasked } from '~/requests/unmask.server'
import { requireStaff } from '~/staff/require-staff.server'
import { shortDate } from '~/ui/dates'
import { ErrorSummary } from '~/ui/error-summary'
import { SelectField, TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { actionHead, caseAt, statusOfRefusal } from './case.server'
import { colleagueShape } from './colleague.server'
import { deskForm } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { ColleaguePanel } from './parts/colleague-panel'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const { zone, today } = await deskToday(runtime)
  const { latest, usual, isOverdue } = answerDays(row, today)
  const unmasked = await isUnmasked(runtime.db, runtime, { requestId: row.id, staffId: staff.id })
  return {
    head: await actionHead(context, request, row),
    zone,
    latest: latest.toString(),
    usual: usual.toString(),
    isOverdue,
    asked: await colleagueShape(runtime.db, runtime, row, { unmasked }),
  }
}

/** Refusals that one field of the form can mend. */
const fieldOf: Record<string, string> = {
  colleague_domain: 'email',
  answer_by_past: 'answerBy',
  answer_by_late: 'answerBy',
}

/** POST: a question to a colleague, or (`intent` = take-back, `question`) the end of one. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = {
    email: form.get('email'),
    question: form.get('text'),
    answerBy: form.get('answerBy'),
    language: form.get('language'),
    showsPerson: form.get('showsPerson') === 'yes',
  }
  const failed = (status: number, wrong: Record<string, string>, problem: string | null = null) =>
    data({ typed, wrong, problem }, { status })
  if (form.get('intent') === 'take-back') {
    const order = { request: row, questionId: form.get('question'), by: staff }
    const taken = await inTransaction(runtime, (tx) => takeBackQuestion(tx, runtime, order))
    if (!taken.ok) return failed(409, { '': taken.reason })
    throw redirect(`/desk/requests/${row.reference}/colleague`, 303)
  }
  const parsed = askColleagueSchema.safeParse(typed)
  if (!parsed.success)
    return failed(400, Object.fromEntries(parsed.error.issues.map(({ path }) => [String(path[0]), String(path[0])])))
  const asked = await inTransaction(runtime, (tx) =>
    askColleague(tx, runtime, { requestId: row.id, ...parsed.data, by: staff }),
  )
  if (!asked.ok) {
    const field = fieldOf[asked.reason]
    if (field) return failed(400, { [field]: asked.reason })
    return failed(statusOfRefusal(asked.reason), {}, asked.reason)
  }
  throw redirect(`/desk/requests/${row.reference}#colleagues`, 303)
}

export default function Colleague() {
  const t = useTexts()
  const { head, zone, latest, usual, isOverdue, asked } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const typed = failed?.typed
  const errorOf = (field: string) => {
    const why = failed?.wrong[field]
    return why ? t(`colleague:problem.${why}`) : undefined
  }
  return (
    <ActionPage
      head={head}
      doing={t('colleague:title')}
      problem={failed?.problem}
      button={t('colleague:ask.button')}
      after={<ColleaguePanel asked={asked} reference={head.reference} zone={zone} mayTakeBack />}
    >
      <ErrorSummary
        errors={{
          '': errorOf(''),
          email: errorOf('email'),
          text: errorOf('question'),
          answerBy: errorOf('answerBy'),
          language: errorOf('language'),
        }}
      />
      <p>{t('colleague:ask.lead')}</p>
      {isOverdue ? (
        <Notice tone="warning">
          <p>{t('colleague:ask.overdue')}</p>
        </Notice>
      ) : null}
      <TextField
        type="email"
        name="email"
        label={t('colleague:ask.email')}
        value={typed?.email}
        error={errorOf('email')}
        autoComplete="off"
        maxLength={254}
        required
      />
      <TextArea
        name="text"
        label={t('colleague:ask.question')}
        hint={t('colleague:ask.questionHint')}
        value={typed?.question}
        error={errorOf('question')}
        maxLength={10_000}
        required
      />
      <TextField
        type="date"
        name="answerBy"
        label={t('colleague:ask.answerBy')}
        hint={t('colleague:ask.answerByHint', { date: shortDate(latest, t) })}
        value={typed?.answerBy ?? usual}
        error={errorOf('answerBy')}
        required
      />
      <SelectField
        name="language"
        label={t('colleague:ask.language')}
        value={typed?.language ?? head.language}
        error={errorOf('language')}
        options={(['nl', 'en'] as const).map((value) => ({ value, label: t(`common:language.${value}`) }))}
      />
      <div className="choice">
        <input
          type="checkbox"
          id="showsPerson"
          name="showsPerson"
          value="yes"
          defaultChecked={typed?.showsPerson ?? false}
        />
        <label htmlFor="showsPerson">{t('colleague:ask.showsPerson')}</label>
      </div>
    </ActionPage>
  )
}
