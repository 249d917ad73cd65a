import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { reviewApproval, verdicts } from '~/erasure/review-approval.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { unlessChanged } from '~/requests/unless-changed.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { aloneShape } from './alone.server'
import { actionHead, caseAt, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { Problem } from './parts/action-page'
import { AloneApproval } from './parts/alone-panel'
import { CaseTitle } from './parts/case-title'
import { PlanPanel } from './parts/plan-panel'
import { planShape } from './plan.server'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'plan.review')
  const { runtime } = context
  const row = await caseAt(context, params)
  const approvals = await aloneShape(runtime, row.id, staff)
  return {
    head: await actionHead(context, request, row),
    zone: (await readOrganisation(runtime.db))['organisation.zone'],
    approvals,
    plan: approvals.length > 0 ? await planShape(runtime, row.id, new URL(request.url).searchParams.get('look')) : null,
  }
}

const isUuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** POST: another person says whether it was right to approve alone. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'plan.review')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const reason = form.get('reason').trim().slice(0, 10_000)
  const verdict = verdicts.find((each) => each === form.get('verdict'))
  const approvalId = form.get('approval')
  if (!verdict) return data({ problem: 'verdict_missing', reason }, { status: 400 })
  const reviewed = await inTransaction(runtime, (tx) =>
    unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, async () =>
      isUuid.test(approvalId)
        ? reviewApproval(tx, runtime, { requestId: row.id, approvalId, verdict, reason, by: staff })
        : { ok: false as const, reason: 'nothing_to_review' as const },
    ),
  )
  if (!reviewed.ok) {
    const status = reviewed.reason === 'same_person' ? 403 : statusOfRefusal(reviewed.reason)
    return data({ problem: reviewed.reason, reason }, { status })
  }
  throw redirect(`/desk/requests/${row.reference}#alone`, 303)
}

export default function Review() {
  const t = useTexts()
  const { head, zone, approvals, plan } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const open = approvals.find((each) => each.mayReview)
  const stops = open && plan?.id === open.planId && plan.state === 'approved' && head.state === 'awaiting_approval'
  return (
    <>
      <CaseTitle shape={head} doing={t('approval:review.title')} />
      <Problem reason={failed?.problem} latest={head.latest} />
      {approvals.length === 0 ? <p className="empty">{t('approval:problem.nothing_to_review')}</p> : null}
      {approvals.map((approval) => (
        <AloneApproval key={approval.id} approval={approval} zone={zone} />
      ))}
      {plan ? <PlanPanel plan={plan} here={`/desk/requests/${head.reference}/review`} /> : null}
      {open ? (
        <div className="action-page">
          <p>{t(stops ? 'approval:review.sendsBack' : 'approval:review.tooLateToStop')}</p>
          <form method="post" noValidate>
            <Csrf />
            <input type="hidden" name="version" value={head.version} />
            <input type="hidden" name="approval" value={open.id} />
            <TextArea
              name="reason"
              label={t('approval:review.reason')}
              hint={t('approval:review.reasonHint')}
              error={failed?.problem === 'reason_missing' ? t('desk:problem.reason_missing') : undefined}
              value={failed?.reason}
              rows={3}
              maxLength={10_000}
            />
            <div className="button-row">
              <Button name="verdict" value="accepted">
                {t('approval:review.accept')}
              </Button>
              <Button look="danger" name="verdict" value="objected">
                {t('approval:review.object')}
              </Button>
            </div>
          </form>
        </div>
      ) : null}
    </>
  )
}
