import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { provableIdentifiers } from '~/identity/checklist'
import { typedCode } from '~/identity/codes.server'
import {
  contactCodeSchema,
  emailsOnFile,
  enterContactCode,
  lastContactCode,
  sendContactCode,
} from '~/identity/contact-code.server'
import { identifyRequest } from '~/identity/identify.server'
import { countWrongCode, mayTryCode } from '~/identity/limits.server'
import { inTransaction } from '~/platform/runtime.server'
import { maskEmail } from '~/requests/mask'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { caseAt, caseHead, statusOfRefusal } from './case.server'
import { deskForm } from './desk-form.server'
import { Problem } from './parts/action-page'
import { CaseTitle } from './parts/case-title'
import { EnterCodeForm, SendByLetter, SendByMail } from './parts/contact-code-forms'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const known = { email: row.emailSealed, phone: row.phoneSealed, customerNumber: row.customerNumberSealed }
  const sent = await lastContactCode(runtime.db, row.id)
  return {
    head: caseHead(row),
    known: provableIdentifiers.filter((kind) => known[kind] !== null),
    emails: (await emailsOnFile(runtime.db, runtime, row)).map(({ email, index, proves }) => ({
      index,
      proves,
      shown: maskEmail(email),
    })),
    waiting: sent !== undefined && sent.usedAt === null,
  }
}

/** POST: a code to a contact detail on file; with `intent` enter, the code that the person read out. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = {
    channel: form.get('channel'),
    proves: form.all('proves'),
    address: form.get('address').slice(0, 500),
    to: form.get('to'),
    checks: form.all('checks'),
  }
  const again = (problem: string, status: number) => data({ typed, problem }, { status })
  if (form.get('intent') === 'enter') {
    const allowed = await mayTryCode(runtime, context.clientAddress)
    if (!allowed.ok) return again('too_many', 429)
    const code = typedCode(form.get('code')) ?? ''
    const entered = await inTransaction(runtime, (tx) =>
      enterContactCode(tx, runtime, { requestId: row.id, code, actor: { kind: 'staff', id: staff.id } }),
    )
    if (!entered.ok) {
      await countWrongCode(runtime, context.clientAddress)
      return again('code_wrong', 400)
    }
    await inTransaction(runtime, (tx) => identifyRequest(tx, runtime, row.id))
    throw redirect(`/desk/requests/${row.reference}`, 303)
  }
  const parsed = contactCodeSchema.safeParse(typed)
  if (!parsed.success) return again('code_incomplete', 400)
  const sent = await inTransaction(runtime, (tx) =>
    sendContactCode(tx, runtime, { requestId: row.id, by: staff, ...parsed.data }),
  )
  if (!sent.ok) return again(sent.reason, statusOfRefusal(sent.reason))
  const next = parsed.data.channel === 'letter' ? '/letters' : ''
  throw redirect(`/desk/requests/${row.reference}${next}`, 303)
}

export default function IdentityCode() {
  const t = useTexts()
  const { head, known, emails, waiting } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const typed = failed?.typed
  return (
    <div className="action-page">
      <CaseTitle shape={head} doing={t('desk:do.identity-code')} />
      <Problem reason={failed?.problem} />
      <p>{t('standing:code.lead')}</p>
      {waiting ? <EnterCodeForm /> : null}
      <SendByLetter known={known} typed={typed?.channel === 'letter' ? typed : undefined} />
      <SendByMail emails={emails} typed={typed?.channel === 'email' ? typed : undefined} />
      <p>
        <a href={`/desk/requests/${head.reference}/identity`}>{t('desk:do.identity')}</a>
      </p>
    </div>
  )
}
