import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { withdrawRequest } from '~/requests/withdraw.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  return { head: await actionHead(context, request, await caseAt(context, params)) }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const version = versionIn(await deskForm(request, context))
  const moved = await inTransaction(context.runtime, (tx) =>
    withdrawRequest(tx, context.runtime, {
      requestId: row.id,
      actor: { kind: 'staff', id: staff.id },
      mover: staff.role === 'admin' ? 'admin' : 'agent',
      ...(version === undefined ? {} : { version }),
    }),
  )
  if (!moved.ok) return data({ problem: moved.reason }, { status: statusOfRefusal(moved.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Withdrawal() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <ActionPage
      head={head}
      doing={t('desk:do.withdrawal')}
      problem={failed?.problem}
      button={t('desk:withdrawal.button')}
      look="danger"
    >
      <p>{t('desk:withdrawal.lead')}</p>
    </ActionPage>
  )
}
