import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { cancelRun } from '~/erasure/cancel-run.server'
import { decideGroup } from '~/erasure/decide-group.server'
import { decideFinding } from '~/erasure/findings.server'
import { pauseRun, resumeRun } from '~/erasure/pause-run.server'
import { presentRun } from '~/erasure/present.server'
import { skipSystem } from '~/erasure/skip-system.server'
import { retryRun } from '~/erasure/retry-run.server'
import { executePlan } from '~/erasure/start-run.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Mover } from '~/requests/lifecycle'
import { confirmPresence, isFresh } from '~/staff/reauthenticate.server'
import { unlessChanged } from '~/requests/unless-changed.server'
import { requireStaff } from '~/staff/require-staff.server'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { PasswordAgain } from './parts/password-again'
import { PlanPanel } from './parts/plan-panel'
import { planShape } from './plan.server'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'plan.execute')
  const row = await caseAt(context, params)
  const look = new URL(request.url).searchParams.get('look')
  return {
    head: await actionHead(context, request, row),
    plan: await planShape(context.runtime, row.id, look),
    fresh: isFresh(context.runtime, session),
  }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'plan.execute')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const presence = await confirmPresence(runtime, session, {
    password: form.get('password'),
    clientAddress: context.clientAddress,
  })
  const kept = {
    intent: form.get('intent'),
    finding: form.get('finding'),
    group: form.get('group'),
    system: form.get('system'),
    reason: form.get('reason'),
  }
  if (!presence.ok)
    return data({ problem: presence.reason, kept }, { status: presence.reason === 'too_many' ? 429 : 400 })
  const actor = { kind: 'staff', id: session.staff.id } as const
  const mover: Mover = session.staff.role === 'admin' ? 'admin' : 'agent'
  const run = await presentRun(runtime.db, row.id)
  const intent = form.get('intent')
  const reason = form.get('reason').trim().slice(0, 2000)
  const done = await inTransaction(runtime, (tx) =>
    unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, async () => {
      switch (intent) {
        case 'retry':
          return run && (await retryRun(tx, runtime, { runId: run.id, actor }))
            ? { ok: true as const }
            : { ok: false as const, reason: 'nothing_to_retry' }
        case 'skip':
          return run
            ? skipSystem(tx, runtime, { requestId: row.id, runId: run.id, system: form.get('system'), reason, actor })
            : { ok: false as const, reason: 'nothing_to_skip' }
        case 'pause':
          return run
            ? pauseRun(tx, runtime, { requestId: row.id, runId: run.id, actor })
            : { ok: false as const, reason: 'not_running' }
        case 'resume':
          return run
            ? resumeRun(tx, runtime, { requestId: row.id, runId: run.id, actor })
            : { ok: false as const, reason: 'not_paused' }
        case 'cancel':
          return run
            ? cancelRun(tx, runtime, { requestId: row.id, runId: run.id, reason, actor })
            : { ok: false as const, reason: 'not_running' }
        case 'keep':
        case 'redact':
        case 'erase': {
          const findingId = form.get('finding')
          if (reason.length < 3) return { ok: false as const, reason: 'reason_missing' }
          if (!isUuid.test(findingId)) throw new Response(null, { status: 400 })
          return (await decideFinding(tx, runtime, { requestId: row.id, findingId, decision: intent, reason, actor }))
            ? { ok: true as const }
            : { ok: false as const, reason: 'already_so' }
        }
        case 'accept-group':
        case 'empty-group': {
          const groupId = form.get('group')
          if (!isUuid.test(groupId)) throw new Response(null, { status: 400 })
          const decision = intent === 'accept-group' ? 'accept' : 'empty'
          return decideGroup(tx, runtime, { requestId: row.id, groupId, decision, reason, actor })
        }
        default:
          return executePlan(tx, runtime, { requestId: row.id, actor, mover })
      }
    }),
  )
  if (!done.ok)
    return data(
      { problem: done.reason, kept },
      { status: done.reason === 'reason_missing' ? 400 : Math.max(statusOfRefusal(done.reason), 409) },
    )
  throw redirect(`/desk/requests/${row.reference}#plan`, 303)
}

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const asksReason = ['skip', 'keep', 'redact', 'erase', 'cancel', 'accept-group', 'empty-group']

const groupLabels: Record<string, string> = {
  'accept-group': 'approval:group.accept',
  'empty-group': 'approval:group.empty',
}

const reasonAskedBy: Record<string, string> = { skip: 'skipReason', cancel: 'cancelReason' }

export default function Execution() {
  const t = useTexts()
  const { head, plan, fresh } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const intent = failed?.kept.intent
  const doing = t(intent ? (groupLabels[intent] ?? `desk:do.${intent}`) : 'desk:do.execution')
  return (
    <ActionPage
      head={head}
      doing={doing}
      problem={failed?.problem === 'password_needed' ? null : failed?.problem}
      button={doing}
      look="danger"
      after={plan ? <PlanPanel plan={plan} here={`/desk/requests/${head.reference}/execution`} /> : null}
    >
      {failed?.kept.intent ? null : <p>{t('desk:next.execute')}</p>}
      {['intent', 'finding', 'group', 'system'].map((name) => (
        <input key={name} type="hidden" name={name} value={failed?.kept[name as 'intent'] ?? ''} />
      ))}
      {failed && asksReason.includes(failed.kept.intent) ? (
        <TextField
          name="reason"
          label={t(`desk:run.${reasonAskedBy[failed.kept.intent] ?? 'keepReason'}`)}
          value={failed.kept.reason}
          maxLength={2000}
        />
      ) : null}
      <PasswordAgain fresh={fresh} problem={failed?.problem} />
    </ActionPage>
  )
}
