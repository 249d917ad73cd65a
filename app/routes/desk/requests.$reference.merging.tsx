import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { previewMail } from '~/mail/preview.server'
import { inTransaction } from '~/platform/runtime.server'
import { duplicatesOf, mergeMail, mergeRequests, survivorOf } from '~/requests/merge.server'
import { requireStaff } from '~/staff/require-staff.server'
import { shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { actionHead, caseAt, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { MailPreview, PreviewButton } from './parts/mail-preview'
import { RadioGroup } from './parts/radio-group'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const others = await duplicatesOf(context.runtime.db, row)
  return {
    head: await actionHead(context, request, row),
    others: others.map((other) => ({
      reference: other.reference,
      receivedOn: other.receivedOn.toString(),
      goesOn: survivorOf(row, other).goesOn.reference,
    })),
  }
}

/** POST: this request and another are one; the one that came in later ends. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = form.get('other')
  if (!typed) return data({ typed, wrong: true, problem: null, preview: null }, { status: 400 })
  if (form.get('intent') === 'preview') {
    const other = (await duplicatesOf(runtime.db, row)).find(({ reference }) => reference === typed)
    if (!other) return data({ typed, wrong: true, problem: null, preview: null }, { status: 400 })
    const { ends, goesOn } = survivorOf(row, other)
    const props = mergeMail(runtime, ends, goesOn, '…')
    return { typed, wrong: false, problem: null, preview: await previewMail(runtime, 'merged', props, ends.language) }
  }
  const merged = await inTransaction(runtime, (tx) =>
    mergeRequests(tx, runtime, { requestId: row.id, otherReference: typed, by: staff, version: versionIn(form) }),
  )
  if (!merged.ok)
    return data(
      { typed, wrong: false, problem: merged.reason, preview: null },
      { status: statusOfRefusal(merged.reason) },
    )
  throw redirect(`/desk/requests/${merged.into.reference}`, 303)
}

export default function Merging() {
  const t = useTexts()
  const { head, others } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <ActionPage
      head={head}
      doing={t('verbs:do.merging')}
      problem={sent?.problem}
      button={t('verbs:merging.button')}
      look="danger"
      after={<MailPreview preview={sent?.preview} />}
    >
      <p>{t('verbs:merging.lead')}</p>
      {others.length === 0 ? <p className="soft">{t('verbs:merging.none')}</p> : null}
      <RadioGroup
        name="other"
        legend={t('verbs:merging.which')}
        value={sent?.typed ?? (others.length === 1 ? others[0]?.reference : undefined)}
        error={sent?.wrong ? t('verbs:merging.whichWrong') : undefined}
        options={others.map(({ reference, receivedOn, goesOn }) => ({
          value: reference,
          label: t('verbs:merging.goesOn', { reference, received: shortDate(receivedOn, t), goesOn }),
        }))}
      />
      <PreviewButton />
    </ActionPage>
  )
}
