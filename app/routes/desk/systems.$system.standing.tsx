import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { isFresh } from '~/staff/reauthenticate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { disableSystem, enableSystem } from '~/systems/change-system.server'
import { removeSystem } from '~/systems/registry.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { deskForm } from './desk-form.server'
import { PasswordAgain } from './parts/password-again'
import { RadioGroup } from './parts/radio-group'
import { SystemPageHead, SystemProblem } from './parts/system-head'
import { presenceProblem, systemAt, systemHead } from './system.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.head.key ?? '' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'systems.manage')
  return { head: systemHead(await systemAt(context, params)), fresh: isFresh(context.runtime, session) }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'systems.manage')
  const { runtime } = context
  const form = await deskForm(request, context)
  const row = await systemAt(context, params)
  const absent = await presenceProblem(context, session, form.get('password'))
  if (absent) return data({ problem: absent.reason }, { status: absent.status })
  const actor = { kind: 'staff', id: session.staff.id } as const
  const standing = form.get('standing')
  const done = await inTransaction(runtime, async (tx) => {
    if (standing === 'off') return disableSystem(tx, runtime, { row, actor })
    if (standing === 'on') return enableSystem(tx, runtime, { row, actor })
    // What is switched off is switched on first: removing finds systems that take part.
    if (standing !== 'removed') return null
    if (row.disabledAt) await enableSystem(tx, runtime, { row, actor })
    return removeSystem(tx, runtime, row.key, actor)
  })
  if (done === null) return data({ problem: 'standing_missing' }, { status: 400 })
  throw redirect(standing === 'removed' ? `/desk/systems?removed=${row.key}` : `/desk/systems/${row.key}`, 303)
}

export default function Standing() {
  const t = useTexts()
  const { head, fresh } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const choices = head.off ? (['on', 'removed'] as const) : (['off', 'removed'] as const)
  return (
    <div className="action-page">
      <SystemPageHead head={head} here={null} />
      <h2>{t('systems:standing.title')}</h2>
      <SystemProblem reason={failed?.problem} />
      <form method="post" noValidate>
        <Csrf />
        <RadioGroup
          name="standing"
          legend={t('systems:standing.choose')}
          options={choices.map((value) => ({
            value,
            label: t(`systems:standing.${value}Label`),
            hint: t(`systems:standing.${value}Hint`),
          }))}
        />
        <PasswordAgain fresh={fresh} problem={failed?.problem} />
        <div className="button-row">
          <Button look="danger">{t('systems:standing.button')}</Button>
          <a href={`/desk/systems/${head.key}`}>{t('desk:case.cancel')}</a>
        </div>
      </form>
    </div>
  )
}
