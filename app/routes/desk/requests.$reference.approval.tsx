import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { approvePlan, rejectPlan } from '~/erasure/approve.server'
import { inTransaction } from '~/platform/runtime.server'
import { confirmPresence, isFresh } from '~/staff/reauthenticate.server'
import { unlessChanged } from '~/requests/unless-changed.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { Problem } from './parts/action-page'
import { CaseTitle } from './parts/case-title'
import { PasswordAgain } from './parts/password-again'
import { PlanChanges } from './parts/plan-changes'
import { PlanPanel } from './parts/plan-panel'
import { StaleNow } from './parts/stale-panel'
import { changedSince, planShape } from './plan.server'
import { staleBeforeApproval } from './stale.server'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'plan.approve')
  const row = await caseAt(context, params)
  const look = new URL(request.url).searchParams.get('look')
  return {
    head: await actionHead(context, request, row),
    plan: await planShape(context.runtime, row.id, look),
    fresh: isFresh(context.runtime, session),
    self: session.staff.id,
  }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'plan.approve')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const rejects = form.get('intent') === 'reject'
  const reason = form.get('reason').trim().slice(0, 10_000)
  const hash = form.get('hash')
  if (rejects && reason.length < 3)
    return data({ problem: 'reason_missing', reason, changed: null, stale: null }, { status: 400 })
  const presence = await confirmPresence(runtime, session, {
    password: form.get('password'),
    clientAddress: context.clientAddress,
  })
  if (!presence.ok)
    return data(
      { problem: presence.reason, reason, changed: null, stale: null },
      { status: presence.reason === 'too_many' ? 429 : 400 },
    )
  const actor = { kind: 'staff', id: session.staff.id } as const
  const stale = rejects ? null : await staleBeforeApproval(runtime, row.id)
  if (stale) return data({ problem: 'plan_stale', reason, changed: null, stale }, { status: 409 })
  const judged = await inTransaction(runtime, (tx) =>
    unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, async () =>
      rejects
        ? rejectPlan(tx, runtime, { requestId: row.id, hash, reason, actor, mover: 'approver' })
        : approvePlan(tx, runtime, { requestId: row.id, hash, actor, mover: 'approver' }),
    ),
  )
  if (!judged.ok) {
    const status =
      judged.reason === 'same_person'
        ? 403
        : ['hash_mismatch', 'no_plan', 'blocked'].includes(judged.reason)
          ? 409
          : statusOfRefusal(judged.reason)
    return data(
      { problem: judged.reason, reason, changed: await changedSince(runtime, row.id, hash), stale },
      { status },
    )
  }
  throw redirect(`/desk/requests/${row.reference}#plan`, 303)
}

export default function Approval() {
  const t = useTexts()
  const { head, plan, fresh, self } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const isOpen = plan?.state === 'open' && head.state === 'awaiting_approval' && plan.byStaffId !== self
  return (
    <>
      <CaseTitle shape={head} doing={t('desk:do.approval')} />
      <Problem reason={failed?.problem === 'password_needed' ? null : failed?.problem} latest={head.latest} />
      <PlanChanges changed={failed?.changed} />
      <StaleNow systems={failed?.stale} />
      {plan ? (
        <PlanPanel plan={plan} here={`/desk/requests/${head.reference}/approval`} />
      ) : (
        <p className="empty">{t('desk:plan.none')}</p>
      )}
      {plan?.byStaffId === self ? <p>{t('desk:next.planned_by_you')}</p> : null}
      {plan && isOpen ? (
        <div className="action-page">
          <form method="post" noValidate>
            <Csrf />
            <input type="hidden" name="hash" value={plan.hash} />
            <input type="hidden" name="version" value={head.version} />
            <PasswordAgain fresh={fresh} problem={failed?.problem} />
            <TextArea
              name="reason"
              label={t('desk:plan.reason')}
              hint={t('desk:plan.reasonHint')}
              value={failed?.reason}
              rows={2}
              maxLength={10_000}
            />
            <div className="button-row">
              <Button name="intent" value="approve">
                {t('desk:plan.approve')}
              </Button>
              <Button look="danger" name="intent" value="reject">
                {t('desk:plan.reject')}
              </Button>
            </div>
          </form>
        </div>
      ) : null}
    </>
  )
}
