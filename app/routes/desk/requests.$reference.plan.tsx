import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { recallPlan } from '~/erasure/approve.server'
import { consentPurposes } from '~/erasure/consent-purposes.server'
import { planRequest } from '~/erasure/plan-request.server'
import { settleDecision } from '~/erasure/settle-decision.server'
import { identifyRequest } from '~/identity/identify.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Mover } from '~/requests/lifecycle'
import { tellApprovers } from '~/requests/tell-approvers.server'
import { unlessChanged } from '~/requests/unless-changed.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { PlanRefused } from './parts/plan-refused'
import type { ShownRefusal } from './parts/plan-refused'
import { provenOf } from './proven.server'

/** Chosen where the person withdrew every consent. */
const ANY = '*'

const chosenSchema = z.object({ system: z.string(), table: z.string(), key: z.array(z.string()) })
const decisionSchema = z.object({ system: z.string(), table: z.string(), columns: z.array(z.string()) })

function fromJson<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    throw new Response(null, { status: 400 })
  }
}

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'plan.make')
  return { head: await actionHead(context, request, await caseAt(context, params)) }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'plan.make')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const actor = { kind: 'staff', id: staff.id } as const
  const mover: Mover = staff.role === 'admin' ? 'admin' : 'agent'
  const back = () => redirect(`/desk/requests/${row.reference}#plan`, 303)
  if (form.get('intent') === 'recall') {
    const recalled = await inTransaction(runtime, (tx) =>
      unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, () =>
        recallPlan(tx, runtime, { requestId: row.id, actor, mover }),
      ),
    )
    if (!recalled.ok)
      return data({ refusal: { reason: recalled.reason } }, { status: statusOfRefusal(recalled.reason) })
    throw back()
  }
  if (form.get('intent') === 'settle') {
    const decision = fromJson(decisionSchema, form.get('decision'))
    const reason = form.get('reason').trim().slice(0, 2000)
    if (reason.length < 3) return data({ refusal: { reason: 'reason_missing' } }, { status: 400 })
    const settled = await inTransaction(runtime, (tx) =>
      unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, () =>
        settleDecision(tx, runtime, { requestId: row.id, ...decision, reason, actor }),
      ),
    )
    if (!settled.ok) return data({ refusal: { reason: settled.reason } }, { status: 409 })
    throw back()
  }
  const purposes = row.kind === 'consent_withdrawal' ? await consentPurposes(runtime.db) : []
  const purpose = form.get('purpose')
  if (purposes.length > 0 && purpose !== ANY && !purposes.includes(purpose))
    return data({ refusal: { reason: 'purpose_needed', purposes } }, { status: 400 })
  const proven = await provenOf(runtime.db, row)
  if (proven.length > 0) await inTransaction(runtime, (tx) => identifyRequest(tx, runtime, row.id))
  const made = await inTransaction(runtime, async (tx) => {
    const result = await planRequest(tx, runtime, {
      requestId: row.id,
      proven,
      purpose: purpose === ANY || purpose === '' ? null : purpose,
      subjects: form.all('subject').map((chosen) => fromJson(chosenSchema, chosen)),
      actor,
      mover,
      version: versionIn(form),
    })
    if (result.ok && result.plan.needsApproval)
      await tellApprovers(tx, runtime, {
        request: result.request,
        planId: result.plan.id,
        changes: result.plan.changes,
        except: staff.id,
      })
    return result
  })
  if (!made.ok)
    return data(
      { refusal: shown(made) },
      { status: made.reason === 'ambiguous_subject' ? 409 : statusOfRefusal(made.reason) },
    )
  throw back()
}

function shown(refusal: Exclude<Awaited<ReturnType<typeof planRequest>>, { ok: true }>): ShownRefusal {
  switch (refusal.reason) {
    case 'ambiguous_subject':
      return {
        reason: 'ambiguous_subject',
        candidates: refusal.candidates.map(({ system, table, key, distinguishing }) => ({
          system,
          table,
          key: [...key],
          distinguishing: { ...distinguishing },
        })),
      }
    case 'blocked':
      return { reason: 'blocked', blockedBy: refusal.blockedBy.map(({ by, reference }) => ({ by, reference })) }
    case 'obstacles':
      return {
        reason: 'obstacles',
        obstacles: refusal.obstacles.map(({ system, kind, table, column }) => ({ system, kind, table, column })),
      }
    case 'system_unavailable':
      return { reason: 'system_unavailable', system: refusal.system, kind: refusal.kind }
    default:
      return { reason: refusal.reason }
  }
}

export default function MakePlan() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const refusal = useActionData<typeof action>()?.refusal
  return (
    <ActionPage
      head={head}
      doing={t('desk:do.plan')}
      problem={refusal && !('candidates' in refusal) ? refusal.reason : null}
      button={t('desk:do.plan')}
    >
      <p>{t('desk:next.plan')}</p>
      <PlanRefused refusal={refusal} reference={head.reference} />
    </ActionPage>
  )
}
