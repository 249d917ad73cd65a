import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { resumeRequest } from '~/requests/resume.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { actionHead, caseAt, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  return { head: await actionHead(context, request, await caseAt(context, params)) }
}

/** POST: staff go on with what they have; the clock runs again from today. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const version = versionIn(await deskForm(request, context))
  const resumed = await inTransaction(context.runtime, (tx) =>
    resumeRequest(tx, context.runtime, { requestId: row.id, by: staff, version }),
  )
  if (!resumed.ok) return data({ problem: resumed.reason }, { status: statusOfRefusal(resumed.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Resumption() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <ActionPage
      head={head}
      doing={t('verbs:do.resumption')}
      problem={failed?.problem}
      button={t('verbs:resumption.button')}
    >
      <p>{t('verbs:resumption.lead')}</p>
    </ActionPage>
  )
}
