import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { isFresh } from '~/staff/reauthenticate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { changeConnection, placeOf } from '~/systems/change-system.server'
import { Button } from '~/ui/button'
import { Choices } from '~/ui/choices'
import { Csrf } from '~/ui/csrf'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { deskForm } from './desk-form.server'
import { PasswordAgain } from './parts/password-again'
import { SystemPageHead, SystemProblem } from './parts/system-head'
import { presenceProblem, systemAt, systemHead } from './system.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.head.key ?? '' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'systems.manage')
  const row = await systemAt(context, params)
  return {
    head: systemHead(row),
    fresh: isFresh(context.runtime, session),
    place: placeOf(context.runtime, row, 'run'),
    scanPlace: placeOf(context.runtime, row, 'scan'),
  }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'systems.manage')
  const form = await deskForm(request, context)
  const row = await systemAt(context, params)
  const absent = await presenceProblem(context, session, form.get('password'))
  if (absent) return data({ problem: absent.reason }, { status: absent.status })
  const [url, scanUrl] = [form.get('url').trim(), form.get('scanUrl').trim()]
  const changed = await inTransaction(context.runtime, (tx) =>
    changeConnection(tx, context.runtime, {
      row,
      ...(url ? { url } : {}),
      ...(form.get('dropScan') ? { scanUrl: null } : scanUrl ? { scanUrl } : {}),
      actor: { kind: 'staff', id: session.staff.id },
    }),
  )
  if (!changed.ok) return data({ problem: changed.reason }, { status: 400 })
  throw redirect(`/desk/systems/${row.key}`, 303)
}

export default function Connection() {
  const t = useTexts()
  const { head, fresh, place, scanPlace } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <div className="action-page">
      <SystemPageHead head={head} here={null} />
      <h2>{t('systems:connection.title')}</h2>
      <p>{t('systems:connection.lead')}</p>
      <SystemProblem reason={failed?.problem} />
      <form method="post" noValidate>
        <Csrf />
        <TextField
          name="url"
          label={t('systems:url')}
          hint={t('systems:connection.now', { place: place ?? t('systems:none') })}
          autoComplete="off"
        />
        <TextField
          name="scanUrl"
          label={t('systems:scanUrl')}
          hint={t('systems:connection.now', { place: scanPlace ?? t('systems:none') })}
          optional={t('systems:optional')}
          autoComplete="off"
        />
        {scanPlace ? (
          <Choices
            name="dropScan"
            type="checkbox"
            legend={t('systems:connection.scanRole')}
            choices={[{ value: '1', label: t('systems:connection.dropScan') }]}
            chosen={[]}
          />
        ) : null}
        <PasswordAgain fresh={fresh} problem={failed?.problem} />
        <div className="button-row">
          <Button>{t('systems:save')}</Button>
          <a href={`/desk/systems/${head.key}`}>{t('desk:case.cancel')}</a>
        </div>
      </form>
    </div>
  )
}
