import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { previewMail } from '~/mail/preview.server'
import { inTransaction } from '~/platform/runtime.server'
import { extendRequest, extensionFacts, extensionMail, extensionSchema } from '~/requests/extend.server'
import { extensionGrounds } from '~/requests/extension-grounds'
import { requireStaff } from '~/staff/require-staff.server'
import { dateInWords } from '~/ui/dates'
import { ErrorSummary } from '~/ui/error-summary'
import { TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { actionHead, caseAt, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { MailPreview, PreviewButton } from './parts/mail-preview'
import { RadioGroup } from './parts/radio-group'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const { deadline, today } = await extensionFacts(context.runtime.db, context.runtime, row)
  return {
    head: await actionHead(context, request, row),
    firstDueOn: deadline.dueOn.toString(),
    latestOn: deadline.extendedDueOn.toString(),
    monthOverOn: today.toString() >= deadline.unpausedMonthOn.toString() ? deadline.unpausedMonthOn.toString() : null,
  }
}

/** POST: more time, once, with the reasons that the data subject gets. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = {
    until: form.get('until'),
    ground: form.get('ground'),
    reasons: form.get('reasons'),
    told: form.get('told') || (row.emailSealed ? 'mail' : 'letter'),
  }
  const answer = { typed, wrong: [] as string[], problem: null as string | null, preview: null }
  const parsed = extensionSchema.safeParse(typed)
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) =>
      message === 'not_a_ground' ? message : String(path[0]),
    )
    return data({ ...answer, wrong }, { status: 400 })
  }
  if (form.get('intent') === 'preview')
    return {
      ...answer,
      preview: await previewMail(runtime, 'extended', extensionMail(runtime, row, parsed.data, '…'), row.language),
    }
  const extended = await inTransaction(runtime, (tx) =>
    extendRequest(tx, runtime, { requestId: row.id, ...parsed.data, by: staff, version: versionIn(form) }),
  )
  if (!extended.ok) return data({ ...answer, problem: extended.reason }, { status: statusOfRefusal(extended.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Extension() {
  const t = useTexts()
  const { head, firstDueOn, latestOn, monthOverOn } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const wrong = (field: string) =>
    sent?.wrong.some((one) => one === field) ? t(`verbs:extension.${field}Wrong`) : undefined
  const reasonsWrong = sent?.wrong.includes('not_a_ground') ? t('verbs:extension.notAGround') : wrong('reasons')
  const ways = head.hasAddress ? ['mail', 'letter'] : ['letter']
  return (
    <ActionPage
      head={head}
      doing={t('verbs:do.extension')}
      problem={sent?.problem}
      button={t('verbs:extension.button')}
      after={<MailPreview preview={sent?.preview} />}
    >
      <ErrorSummary
        errors={{ until: wrong('until'), ground: wrong('ground'), reasons: reasonsWrong, told: wrong('told') }}
      />
      {monthOverOn ? (
        <Notice tone="warning">
          <p>{t('verbs:clock.month', { date: dateInWords(monthOverOn, t) })}</p>
        </Notice>
      ) : null}
      <p>{t('verbs:extension.lead', { latest: dateInWords(latestOn, t) })}</p>
      <TextField
        name="until"
        type="date"
        label={t('verbs:extension.until')}
        hint={t('verbs:extension.counts', { due: dateInWords(firstDueOn, t) })}
        value={sent?.typed.until ?? latestOn}
        error={wrong('until')}
        required
      />
      <RadioGroup
        name="ground"
        legend={t('verbs:extension.ground')}
        value={sent?.typed.ground}
        error={wrong('ground')}
        options={extensionGrounds.map((value) => ({ value, label: t(`verbs:extension.grounds.${value}`) }))}
      />
      <TextArea
        name="reasons"
        label={t('verbs:extension.reasons')}
        hint={`${t('verbs:extension.reasonsHint')} ${t(`desk:completion.language.${head.language}`)}`}
        value={sent?.typed.reasons}
        error={reasonsWrong}
        maxLength={10_000}
        required
      />
      <RadioGroup
        name="told"
        legend={t('verbs:extension.told')}
        value={sent?.typed.told ?? ways[0]}
        error={wrong('told')}
        options={ways.map((value) => ({ value, label: t(`verbs:extension.toldBy.${value}`) }))}
      />
      <PreviewButton />
    </ActionPage>
  )
}
