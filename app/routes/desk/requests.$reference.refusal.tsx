import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { previewMail } from '~/mail/preview.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { extensionFacts } from '~/requests/extend.server'
import { refusalGrounds } from '~/requests/grounds'
import { groundsOfKind } from '~/requests/grounds-of-kind'
import type { ObjectionTo, RequestKind } from '~/requests/kinds'
import { refusalMail, refusalSchema, refuseRequest } from '~/requests/refuse.server'
import { requireStaff } from '~/staff/require-staff.server'
import { dateInWords } from '~/ui/dates'
import { ErrorSummary } from '~/ui/error-summary'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { SnippetPicker } from './parts/snippet-picker'
import { snippetChoices, withSnippet } from './snippet-form.server'
import { MailPreview, PreviewButton } from './parts/mail-preview'
import { RadioGroup } from './parts/radio-group'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const grounds = groundsOfKind(row.kind as RequestKind, row.objectionTo as ObjectionTo | null)
  const { deadline, today } = await extensionFacts(context.runtime.db, context.runtime, row)
  const monthEndsOn = deadline.unpausedMonthOn.toString()
  return {
    head: await actionHead(context, request, row),
    // GDPR art. 12(4): who refuses altogether says so within one month of receipt, extended or not.
    monthOverOn: today.toString() > monthEndsOn ? monthEndsOn : null,
    snippets: await snippetChoices(context.runtime, row),
    grounds: grounds.map((name) => ({ name, ...refusalGrounds[name] })),
  }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = {
    ground: form.get('ground'),
    basis: form.get('basis'),
    reasons: await withSnippet(runtime, row, form, 'reasons'),
  }
  if (form.get('intent') === 'snippet') return { typed, wrong: [], problem: null, preview: null }
  const parsed = refusalSchema.safeParse(typed)
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => String(issue.path[0]))
    return data({ typed, wrong, problem: null, preview: null }, { status: 400 })
  }
  if (form.get('intent') === 'preview') {
    const organisation = await readOrganisation(runtime.db)
    const preview = await previewMail(
      runtime,
      'refused',
      refusalMail(runtime, row, organisation, parsed.data, '…'),
      row.language,
    )
    return { typed, wrong: [], problem: null, preview }
  }
  const refused = await inTransaction(runtime, (tx) =>
    refuseRequest(tx, runtime, { requestId: row.id, text: parsed.data, by: staff, version: versionIn(form) }),
  )
  if (!refused.ok)
    return data(
      { typed, wrong: [], problem: refused.reason, preview: null },
      { status: statusOfRefusal(refused.reason) },
    )
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Refusal() {
  const t = useTexts()
  const { head, grounds, snippets, monthOverOn } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const error = (field: string) =>
    sent?.wrong.some((one) => one === field) ? t(`desk:refusal.wrong.${field}`) : undefined
  const chosen = sent?.typed.ground
  const asked = grounds.some((ground) => ground.name === chosen)
    ? t(`desk:basis.${chosen}`)
    : t('desk:refusal.basisHint')
  return (
    <ActionPage
      head={head}
      doing={t('desk:do.refusal')}
      problem={sent?.problem}
      button={t('desk:refusal.button')}
      look="danger"
      after={<MailPreview preview={sent?.preview} />}
    >
      <ErrorSummary errors={{ ground: error('ground'), basis: error('basis'), reasons: error('reasons') }} />
      {monthOverOn ? (
        <Notice tone="warning">
          <p>{t('verbs:clock.monthRefusal', { date: dateInWords(monthOverOn, t) })}</p>
        </Notice>
      ) : null}
      <p>{t(head.hasAddress ? 'desk:refusal.lead' : 'desk:refusal.leadLetter')}</p>
      <RadioGroup
        name="ground"
        legend={t('desk:refusal.ground')}
        value={chosen}
        error={error('ground')}
        options={grounds.map(({ name, law, article }) => ({
          value: name,
          label: t(`desk:ground.${name}`),
          hint: `${t(`desk:law.${law}`, { article })}. ${t(`desk:basis.${name}`)}`,
        }))}
      />
      <TextArea
        name="basis"
        label={t('desk:refusal.basis')}
        hint={asked}
        value={sent?.typed.basis}
        error={error('basis')}
        rows={3}
        maxLength={10_000}
        required
      />
      <TextArea
        name="reasons"
        label={t('desk:refusal.reasons')}
        hint={t('desk:refusal.reasonsHint')}
        value={sent?.typed.reasons}
        error={error('reasons')}
        maxLength={10_000}
        required
      />
      <SnippetPicker snippets={snippets} />
      <PreviewButton />
    </ActionPage>
  )
}
