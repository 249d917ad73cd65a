import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { orderErasure } from '~/retention/order-erasure.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { deskForm } from './desk-form.server'
import { offeredShape, placesIn } from './retention-finding.server'
import { RetentionProblem, RetentionRows } from './parts/retention-rows'

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.label ?? '' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'retention.act')
  return offeredShape(context.runtime, params['finding'] ?? '', request)
}

export type FindingData = Awaited<ReturnType<typeof loader>>

/** POST: a plan for the chosen rows; it waits for somebody else. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'retention.act')
  const form = await deskForm(request, context)
  const wanted = form.get('action')
  if (wanted !== 'delete' && wanted !== 'pseudonymise') throw new Response(null, { status: 400 })
  const findingId = params['finding'] ?? ''
  const places = await placesIn(context.runtime, findingId, form)
  const ordered = await orderErasure(context.runtime, { findingId, places, action: wanted, by: staff })
  if (ordered.ok) return redirect('/desk/retention#orders-title', 303)
  return data({ problem: ordered.reason }, { status: ordered.reason === 'nothing_selected' ? 400 : 409 })
}

export default function FindingPage() {
  const t = useTexts()
  const finding = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <>
      <div className="page-head">
        <h1>{t('retention:finding.title', { label: finding.label })}</h1>
        <a href="/desk/retention">{t('retention:finding.back')}</a>
      </div>
      <RetentionProblem problem={failed?.problem} />
      <p>{t('retention:finding.lead', { count: finding.expired })}</p>
      {finding.rows.length === 0 ? (
        <p>{t('retention:finding.none')}</p>
      ) : (
        <form method="post">
          <Csrf />
          <RetentionRows {...finding} />
          <p className="soft">{t('retention:finding.how')}</p>
          <div className="button-row">
            <Button look={finding.then === 'pseudonymise' ? 'quiet' : 'danger'} name="action" value="delete">
              {t('retention:finding.delete')}
            </Button>
            {finding.mayPseudonymise ? (
              <Button look={finding.then === 'pseudonymise' ? 'primary' : 'quiet'} name="action" value="pseudonymise">
                {t('retention:finding.pseudonymise')}
              </Button>
            ) : null}
            <a href={`/desk/retention/${finding.id}/hold`}>{t('retention:finding.hold')}</a>
          </div>
        </form>
      )}
    </>
  )
}
