import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { requireStaff } from '~/staff/require-staff.server'
import { changeHandling } from '~/systems/change-handling.server'
import { handlingOf } from '~/systems/handling'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { deskForm } from './desk-form.server'
import { HandlingFields } from './parts/handling-fields'
import { handlingIn } from './parts/handling-form'
import { SystemPageHead } from './parts/system-head'
import { systemAt, systemHead } from './system.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.head.key ?? '' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'systems.manage')
  const row = await systemAt(context, params)
  return { head: systemHead(row), handling: handlingOf(row) }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'systems.manage')
  const form = await deskForm(request, context)
  const row = await systemAt(context, params)
  const { typed, wrong, handling } = handlingIn(form)
  if (!handling) return data({ typed, wrong }, { status: 400 })
  const actor = { kind: 'staff', id: staff.id } as const
  await inTransaction(context.runtime, (tx) => changeHandling(tx, context.runtime, { row, handling, actor }))
  throw redirect(`/desk/systems/${row.key}`, 303)
}

export default function Handling() {
  const t = useTexts()
  const { head, handling } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <div className="action-page">
      <SystemPageHead head={head} here={null} />
      <h2>{t('outside:handling.title')}</h2>
      <p>{t('outside:handling.lead')}</p>
      <form method="post" noValidate>
        <Csrf />
        <HandlingFields
          typed={failed?.typed ?? { ...handling, keptDays: handling.keptDays?.toString() ?? '' }}
          wrong={failed?.wrong ?? []}
        />
        <div className="button-row">
          <Button>{t('systems:save')}</Button>
          <a href={`/desk/systems/${head.key}`}>{t('desk:case.cancel')}</a>
        </div>
      </form>
    </div>
  )
}
