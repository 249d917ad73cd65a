import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { requireStaff } from '~/staff/require-staff.server'
import { ErrorSummary } from '~/ui/error-summary'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { actionHead, caseAt, statusOfRefusal } from './case.server'
import { correct, correctionPreview } from './correction.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { CorrectionFields } from './parts/correction-fields'
import { correctionParts, correctionSchema, isCorrectionPart, typedCorrection } from './parts/correction-form'
import { MailPreview, PreviewButton } from './parts/mail-preview'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const chosen = new URL(request.url).searchParams.get('part') ?? ''
  return {
    head: await actionHead(context, request, row),
    part: isCorrectionPart(chosen) ? chosen : 'received',
    present: { receivedOn: row.receivedOn.toString(), kind: row.kind, objectionTo: row.objectionTo ?? 'other' },
  }
}

/** POST: the date of receipt, the kind or the address was written down wrongly; old and new are kept. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = typedCorrection(form)
  const answer = { typed, wrong: [] as string[], problem: null as string | null, preview: null, noMail: false }
  const parsed = correctionSchema.safeParse(typed)
  if (!parsed.success)
    return data({ ...answer, wrong: parsed.error.issues.map(({ path }) => String(path[0])) }, { status: 400 })
  if (form.get('intent') === 'preview') {
    const previewed = await correctionPreview(runtime, row, parsed.data)
    if (!previewed.ok) return data({ ...answer, problem: previewed.reason }, { status: 400 })
    return { ...answer, preview: previewed.mail, noMail: previewed.mail === null }
  }
  const order = { requestId: row.id, reason: parsed.data.reason, by: staff, version: versionIn(form) }
  const corrected = await inTransaction(runtime, (tx) => correct(tx, runtime, order, parsed.data))
  if (!corrected.ok)
    return data({ ...answer, problem: corrected.reason }, { status: statusOfRefusal(corrected.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Correction() {
  const t = useTexts()
  const { head, part: chosen, present } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const part = sent && isCorrectionPart(sent.typed.part) ? sent.typed.part : chosen
  const wrong = (field: string) => sent?.wrong.some((one) => one === field) ?? false
  const reasonWrong = wrong('reason') ? t('verbs:reason.wrong') : undefined
  return (
    <ActionPage
      head={head}
      doing={t('verbs:do.correction')}
      problem={sent?.problem}
      button={t('verbs:correction.button')}
      after={
        sent?.noMail ? (
          <p role="status">
            <strong>{t('verbs:noMail.title')}.</strong> {t('verbs:noMail.text')}
          </p>
        ) : (
          <MailPreview preview={sent?.preview} />
        )
      }
    >
      <ErrorSummary errors={{ reason: reasonWrong }} />
      <p>{t('verbs:correction.lead')}</p>
      <nav aria-label={t('verbs:correction.choose')}>
        <ul className="others">
          {correctionParts.map((each) => (
            <li key={each}>
              <a
                href={`/desk/requests/${head.reference}/correction?part=${each}`}
                aria-current={each === part ? 'page' : undefined}
              >
                {t(`verbs:correction.field.${each}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <input type="hidden" name="part" value={part} />
      <CorrectionFields part={part} present={present} typed={sent?.typed} wrong={wrong} />
      <TextArea
        name="reason"
        label={t('verbs:reason.label')}
        hint={`${t('verbs:reason.hint')} ${part === 'address' ? '' : t(`desk:completion.language.${head.language}`)}`}
        value={sent?.typed.reason}
        error={reasonWrong}
        rows={3}
        maxLength={2_000}
        required
      />
      {part === 'address' ? null : <PreviewButton />}
    </ActionPage>
  )
}
