import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { requireStaff } from '~/staff/require-staff.server'
import { changeDetails, detailsOf, systemDetailsSchema } from '~/systems/change-system.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { SelectField, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { deskForm } from './desk-form.server'
import { SystemPageHead } from './parts/system-head'
import { systemAt, systemHead } from './system.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.head.key ?? '' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'systems.manage')
  const row = await systemAt(context, params)
  return { head: systemHead(row), details: detailsOf(row), roles: systemDetailsSchema.shape.role.unwrap().options }
}

const fields = ['provider', 'role', 'agreement', 'reviewOn', 'country'] as const

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'systems.manage')
  const form = await deskForm(request, context)
  const row = await systemAt(context, params)
  const typed: Record<string, string> = Object.fromEntries(fields.map((name) => [name, form.get(name)]))
  const parsed = systemDetailsSchema.safeParse({ ...typed, role: typed['role'] || undefined })
  if (!parsed.success)
    return data({ typed, wrong: parsed.error.issues.map((issue) => String(issue.path[0])) }, { status: 400 })
  const actor = { kind: 'staff', id: staff.id } as const
  await inTransaction(context.runtime, (tx) => changeDetails(tx, context.runtime, { row, details: parsed.data, actor }))
  throw redirect(`/desk/systems/${row.key}`, 303)
}

export default function Details() {
  const t = useTexts()
  const { head, details, roles } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const error = (name: string) => (failed?.wrong.includes(name) ? t(`systems:details.wrong.${name}`) : undefined)
  const frame = (name: 'provider' | 'agreement' | 'reviewOn' | 'country') => ({
    name,
    label: t(`systems:details.${name}`),
    value: failed?.typed[name] ?? details[name],
    error: error(name),
    autoComplete: 'off' as const,
  })
  return (
    <div className="action-page">
      <SystemPageHead head={head} here={null} />
      <h2>{t('systems:details.title')}</h2>
      <p>{t('systems:details.lead')}</p>
      <form method="post" noValidate>
        <Csrf />
        <ErrorSummary errors={Object.fromEntries(fields.map((name) => [name, error(name)]))} />
        <TextField {...frame('provider')} maxLength={200} />
        <SelectField
          name="role"
          label={t('systems:details.role')}
          value={failed?.typed['role'] ?? details.role}
          error={error('role')}
          options={roles.map((role) => ({ value: role, label: t(`systems:role.${role}`) }))}
        />
        <TextField {...frame('agreement')} hint={t('systems:details.agreementHint')} maxLength={400} />
        <TextField {...frame('reviewOn')} type="date" />
        <TextField {...frame('country')} hint={t('systems:details.countryHint')} maxLength={2} />
        <div className="button-row">
          <Button>{t('systems:save')}</Button>
          <a href={`/desk/systems/${head.key}`}>{t('desk:case.cancel')}</a>
        </div>
      </form>
    </div>
  )
}
