import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { planFollowUp } from '~/erasure/follow-up.server'
import { inTransaction } from '~/platform/runtime.server'
import { tellApprovers } from '~/requests/tell-approvers.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'plan.make')
  return { head: await actionHead(context, request, await caseAt(context, params)) }
}

/** POST: lays before an approver what was decided about the findings. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'plan.make')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const made = await inTransaction(runtime, async (tx) => {
    const result = await planFollowUp(tx, runtime, {
      requestId: row.id,
      actor: { kind: 'staff', id: staff.id },
      mover: staff.role === 'admin' ? 'admin' : 'agent',
      version: versionIn(form),
    })
    if (result.ok)
      await tellApprovers(tx, runtime, {
        request: result.request,
        planId: result.plan.id,
        changes: result.plan.changes,
        except: staff.id,
      })
    return result
  })
  if (!made.ok) return data({ problem: made.reason }, { status: statusOfRefusal(made.reason) })
  throw redirect(`/desk/requests/${row.reference}#plan`, 303)
}

export default function FollowUp() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <ActionPage head={head} doing={t('desk:do.follow-up')} problem={failed?.problem} button={t('desk:do.follow-up')}>
      <p>{t('desk:next.follow-up')}</p>
    </ActionPage>
  )
}
