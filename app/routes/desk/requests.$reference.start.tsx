import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { startRequest } from '~/requests/start.server'
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
  const form = await deskForm(request, context)
  const moved = await inTransaction(context.runtime, (tx) =>
    startRequest(tx, context.runtime, {
      requestId: row.id,
      assigneeId: row.assigneeId,
      by: staff,
      version: versionIn(form),
    }),
  )
  if (!moved.ok) return data({ problem: moved.reason }, { status: statusOfRefusal(moved.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Start() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <ActionPage head={head} doing={t('desk:do.start')} problem={failed?.problem} button={t('desk:do.start')}>
      <p>{t('desk:next.received')}</p>
    </ActionPage>
  )
}
