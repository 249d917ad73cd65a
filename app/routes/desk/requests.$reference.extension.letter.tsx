import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { inTransaction } from '~/platform/runtime.server'
import { extensionFacts } from '~/requests/extend.server'
import { extensionPosted } from '~/requests/settle-extensions.server'
import { requireStaff } from '~/staff/require-staff.server'
import { dateInWords } from '~/ui/dates'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { actionHead, caseAt, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const { deadline, extension, today } = await extensionFacts(context.runtime.db, context.runtime, row)
  return {
    head: await actionHead(context, request, row),
    firstDueOn: deadline.dueOn.toString(),
    until: extension?.dueOn.toString() ?? null,
    today: today.toString(),
  }
}

/** POST: the letter about the extension was posted; from then on the new date counts. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = form.get('postedOn')
  const parsed = z.iso.date().safeParse(typed)
  if (!parsed.success) return data({ typed, wrong: true, problem: null }, { status: 400 })
  const postedOn = Temporal.PlainDate.from(parsed.data)
  const posted = await inTransaction(context.runtime, (tx) =>
    extensionPosted(tx, context.runtime, { requestId: row.id, postedOn, by: staff, version: versionIn(form) }),
  )
  if (!posted.ok)
    return data({ typed, wrong: false, problem: posted.reason }, { status: statusOfRefusal(posted.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function ExtensionLetter() {
  const t = useTexts()
  const { head, firstDueOn, until, today } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <ActionPage
      head={head}
      doing={t('verbs:do.extension-letter')}
      problem={sent?.problem}
      button={t('verbs:posted.button')}
    >
      {until ? <p>{t('verbs:posted.lead', { date: dateInWords(until, t), due: dateInWords(firstDueOn, t) })}</p> : null}
      <TextField
        name="postedOn"
        type="date"
        label={t('verbs:posted.on')}
        value={sent?.typed ?? today}
        error={sent?.wrong ? t('verbs:posted.wrong') : undefined}
        required
      />
    </ActionPage>
  )
}
