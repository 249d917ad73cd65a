import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { Temporal } from 'temporal-polyfill'
import { inTransaction } from '~/platform/runtime.server'
import { holdRows, holdSchema } from '~/retention/hold-rows.server'
import { retentionDay } from '~/retention/scan.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { deskForm } from './desk-form.server'
import { RetentionProblem, RetentionRows } from './parts/retention-rows'
import { offeredShape, placesIn } from './retention-finding.server'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'retention.act')
  return offeredShape(context.runtime, params['finding'] ?? '', request)
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'retention.act')
  const { runtime } = context
  const form = await deskForm(request, context)
  const typed = { reason: form.get('reason'), untilOn: form.get('untilOn') }
  const parsed = holdSchema.safeParse(typed)
  if (!parsed.success) return data({ typed, problem: 'invalid' }, { status: 400 })
  const findingId = params['finding'] ?? ''
  const places = await placesIn(runtime, findingId, form)
  const { today } = await retentionDay(runtime, runtime.db)
  const untilOn = Temporal.PlainDate.from(parsed.data.untilOn)
  const held = await inTransaction(runtime, (tx) =>
    holdRows(tx, runtime, { findingId, places, reason: parsed.data.reason, untilOn, today, staffId: staff.id }),
  )
  if (held.ok) throw redirect('/desk/retention', 303)
  return data({ typed, problem: held.reason }, { status: held.reason === 'unknown_finding' ? 409 : 400 })
}

export default function Hold() {
  const t = useTexts()
  const finding = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <>
      <div className="page-head">
        <h1>
          {t('retention:finding.hold')}: {finding.label}
        </h1>
        <a href={`/desk/retention/${finding.id}`}>{t('retention:finding.back')}</a>
      </div>
      <RetentionProblem problem={sent?.problem} />
      <p>{t('retention:finding.holdLead')}</p>
      <form method="post" noValidate>
        <Csrf />
        <RetentionRows {...finding} />
        <TextArea
          name="reason"
          label={t('retention:finding.reason')}
          value={sent?.typed.reason}
          rows={3}
          maxLength={2000}
          required
        />
        <TextField
          name="untilOn"
          type="date"
          label={t('retention:finding.until')}
          value={sent?.typed.untilOn}
          required
        />
        <div className="button-row">
          <Button>{t('retention:finding.hold')}</Button>
        </div>
      </form>
    </>
  )
}
