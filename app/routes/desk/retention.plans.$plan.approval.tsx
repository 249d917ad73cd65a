import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { approveErasure, orderOfPlan } from '~/retention/order-erasure.server'
import { retentionOverview } from '~/retention/overview.server'
import { confirmPresence, isFresh } from '~/staff/reauthenticate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskForm } from './desk-form.server'
import { PasswordAgain } from './parts/password-again'
import { RetentionProblem } from './parts/retention-rows'

const isUuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'plan.approve')
  const { orders } = await retentionOverview(context.runtime, languageOfRequest(request))
  const order = orders.find(({ planId }) => planId === params['plan'])
  if (!order) throw new Response(null, { status: 404 })
  return { order, fresh: isFresh(context.runtime, session), own: order.byStaffId === session.staff.id }
}

/** POST: approve on the hash that was shown, and carry out. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'plan.approve')
  const { runtime } = context
  const form = await deskForm(request, context)
  const planId = params['plan'] ?? ''
  if (!isUuid.test(planId) || !(await orderOfPlan(runtime.db, planId))) throw new Response(null, { status: 404 })
  const presence = await confirmPresence(runtime, session, {
    password: form.get('password'),
    clientAddress: context.clientAddress,
  })
  if (!presence.ok) return data({ problem: presence.reason }, { status: presence.reason === 'too_many' ? 429 : 400 })
  const approved = await inTransaction(runtime, (tx) =>
    approveErasure(tx, runtime, { planId, hash: form.get('hash'), by: session.staff }),
  )
  if (!approved.ok) return data({ problem: approved.reason }, { status: approved.reason === 'same_person' ? 403 : 409 })
  throw redirect('/desk/retention#orders-title', 303)
}

export default function Approval() {
  const t = useTexts()
  const { order, fresh, own } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <>
      <div className="page-head">
        <h1>{t('retention:approval.title')}</h1>
        <a href="/desk/retention">{t('retention:finding.back')}</a>
      </div>
      <RetentionProblem problem={failed?.problem} />
      <p>{t('retention:approval.lead', { name: order.by ?? '' })}</p>
      <p>
        {t('retention:orders.what', { label: order.label, action: t(`retention:action.${order.action}`) })},{' '}
        {t('retention:orders.rows', { count: order.rows })}
      </p>
      <h2>{t('retention:orders.effects')}</h2>
      <ul>
        {order.effects.map(({ table, action: what, rows }) => (
          <li key={`${table} ${what}`}>
            {table}: {t('retention:orders.rows', { count: rows })}, {t(`retention:action.${what}`)}
          </li>
        ))}
      </ul>
      {own ? (
        <p>{t('retention:approval.own')}</p>
      ) : (
        <form method="post" noValidate>
          <Csrf />
          <input type="hidden" name="hash" value={order.hash} />
          <PasswordAgain fresh={fresh} problem={failed?.problem} />
          <div className="button-row">
            <Button look="danger">{t('retention:approval.button')}</Button>
          </div>
        </form>
      )}
    </>
  )
}
