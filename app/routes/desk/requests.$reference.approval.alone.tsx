import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { approveAlone, whyNotAlone } from '~/erasure/approve-alone.server'
import { presentPlanRow } from '~/erasure/plan-store.server'
import { inTransaction } from '~/platform/runtime.server'
import { unlessChanged } from '~/requests/unless-changed.server'
import { confirmPresence, isFresh } from '~/staff/reauthenticate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { actionHead, caseAt, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { CaseTitle } from './parts/case-title'
import { PasswordAgain } from './parts/password-again'
import { PlanChanges } from './parts/plan-changes'
import { PlanPanel } from './parts/plan-panel'
import { StaleNow } from './parts/stale-panel'
import { changedSince, planShape } from './plan.server'
import { staleBeforeApproval } from './stale.server'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'plan.approve_alone')
  const { runtime } = context
  const row = await caseAt(context, params)
  const present = await presentPlanRow(runtime.db, row.id)
  const isOpen = present?.state === 'open' && row.state === 'awaiting_approval'
  const refused = present && isOpen ? await whyNotAlone(runtime.db, runtime, present, session.staff.id) : null
  return {
    head: await actionHead(context, request, row),
    plan: await planShape(runtime, row.id, new URL(request.url).searchParams.get('look')),
    refused: isOpen ? (refused?.reason ?? null) : 'no_plan',
    fresh: isFresh(runtime, session),
  }
}

/** POST: approves one's own plan on the hash that was shown, as an exception. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'plan.approve_alone')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const [hash, reason] = [form.get('hash'), form.get('reason').trim().slice(0, 10_000)]
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
  const stale = await staleBeforeApproval(runtime, row.id)
  if (stale) return data({ problem: 'plan_stale', reason, changed: null, stale }, { status: 409 })
  const approved = await inTransaction(runtime, (tx) =>
    unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, () =>
      approveAlone(tx, runtime, { requestId: row.id, hash, reason, actor }),
    ),
  )
  if (!approved.ok) {
    const asked = ['reason_missing', 'several_persons', 'too_many_rows', 'undecided']
    const mine = ['not_your_plan', 'alone_never', 'other_approver', 'no_reviewer']
    const status = mine.includes(approved.reason)
      ? 403
      : asked.includes(approved.reason)
        ? statusOfRefusal(approved.reason)
        : 409
    return data(
      { problem: approved.reason, reason, changed: await changedSince(runtime, row.id, hash), stale },
      { status },
    )
  }
  throw redirect(`/desk/requests/${row.reference}#plan`, 303)
}

export default function ApproveAlone() {
  const t = useTexts()
  const { head, plan, refused, fresh } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const panel = plan ? <PlanPanel plan={plan} here={`/desk/requests/${head.reference}/approval/alone`} /> : null
  if (!plan || refused)
    return (
      <>
        <CaseTitle shape={head} doing={t('approval:alone.title')} />
        <Notice tone="warning">
          <p>{t('approval:alone.not')}</p>
          <p>{t(refused === 'no_plan' || !refused ? 'desk:problem.no_plan' : `approval:problem.${refused}`)}</p>
        </Notice>
        {panel}
      </>
    )
  return (
    <ActionPage
      head={head}
      doing={t('approval:alone.title')}
      problem={failed?.problem === 'password_needed' ? null : failed?.problem}
      button={t('approval:alone.button')}
      look="danger"
      before={
        <>
          <PlanChanges changed={failed?.changed} />
          <StaleNow systems={failed?.stale} />
          {panel}
        </>
      }
    >
      <p>{t('approval:alone.lead')}</p>
      <input type="hidden" name="hash" value={plan.hash} />
      <TextArea
        name="reason"
        label={t('approval:alone.reason')}
        hint={t('approval:alone.reasonHint')}
        error={failed?.problem === 'reason_missing' ? t('desk:problem.reason_missing') : undefined}
        value={failed?.reason}
        rows={3}
        maxLength={10_000}
        required
      />
      <PasswordAgain fresh={fresh} problem={failed?.problem} />
    </ActionPage>
  )
}
