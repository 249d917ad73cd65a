import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { liftingSchema, liftRestriction } from '~/erasure/lift-restriction.server'
import { inTransaction } from '~/platform/runtime.server'
import { unlessChanged } from '~/requests/unless-changed.server'
import { requireStaff } from '~/staff/require-staff.server'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'plan.execute')
  return { head: await actionHead(context, request, await caseAt(context, params)) }
}

/** POST: lifts the restriction that this request brought about, and tells the person why. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'plan.execute')
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = form.get('reason')
  const parsed = liftingSchema.safeParse({ reason: typed })
  if (!parsed.success) return data({ typed, wrong: true, problem: null }, { status: 400 })
  const done = await inTransaction(context.runtime, (tx) =>
    unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, () =>
      liftRestriction(tx, context.runtime, { requestId: row.id, ...parsed.data, staffId: staff.id }),
    ),
  )
  if (!done.ok) return data({ typed, wrong: false, problem: done.reason }, { status: statusOfRefusal(done.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Lifting() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <ActionPage head={head} doing={t('desk:do.lifting')} problem={sent?.problem} button={t('desk:do.lifting')}>
      <p>{t('desk:lifting.lead')}</p>
      <TextArea
        name="reason"
        label={t('desk:lifting.label')}
        hint={t(`desk:completion.language.${head.language}`)}
        value={sent?.typed}
        error={sent?.wrong ? t('desk:problem.too_short') : undefined}
        rows={6}
        maxLength={5_000}
        required
      />
    </ActionPage>
  )
}
