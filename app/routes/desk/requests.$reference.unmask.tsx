import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { unmaskRequest } from '~/requests/unmask.server'
import { confirmPresence, isFresh } from '~/staff/reauthenticate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { caseAt, actionHead } from './case.server'
import { deskForm } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { PasswordAgain } from './parts/password-again'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'case.unmask')
  return {
    head: await actionHead(context, request, await caseAt(context, params)),
    fresh: isFresh(context.runtime, session),
  }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'case.unmask')
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const presence = await confirmPresence(context.runtime, session, {
    password: form.get('password'),
    clientAddress: context.clientAddress,
  })
  if (!presence.ok) return data({ problem: presence.reason }, { status: presence.reason === 'too_many' ? 429 : 400 })
  await inTransaction(context.runtime, (tx) => unmaskRequest(tx, context.runtime, { row, staffId: session.staff.id }))
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Unmask() {
  const t = useTexts()
  const { head, fresh } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <ActionPage head={head} doing={t('desk:case.unmask')} button={t('desk:case.unmask')}>
      <p>{t('desk:case.unmaskLogged')}</p>
      <PasswordAgain fresh={fresh} problem={failed?.problem} />
    </ActionPage>
  )
}
