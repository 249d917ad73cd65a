import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { inTransaction } from '~/platform/runtime.server'
import { showOnce } from '~/platform/show-once.server'
import { isFresh } from '~/staff/reauthenticate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { isByHand } from '~/systems/handling'
import { addSystem, engines, newSystemSchema } from '~/systems/registry.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { SelectField, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskForm } from './desk-form.server'
import { PasswordAgain } from './parts/password-again'
import { SystemProblem } from './parts/system-head'
import { presenceProblem, secretCookie } from './system.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'systems.manage')
  const title = translatorFor(languageOfRequest(request))('systems:add.title')
  return { title, engines, fresh: isFresh(context.runtime, session) }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'systems.manage')
  const { runtime } = context
  const form = await deskForm(request, context)
  // Addresses hold passwords: they are never sent back to the page.
  const typed = { key: form.get('key').trim(), engine: form.get('engine') }
  const refused = (problem: string, status = 400) => data({ typed, problem }, { status })
  const absent = await presenceProblem(context, session, form.get('password'))
  if (absent) return refused(absent.reason, absent.status)
  const [url, scanUrl] = [form.get('url').trim(), form.get('scanUrl').trim()]
  const parsed = newSystemSchema.safeParse({
    ...typed,
    ...(url ? { url } : {}),
    ...(scanUrl ? { scanUrl } : {}),
  })
  if (!parsed.success) return refused(parsed.error.issues[0]?.path[0] === 'engine' ? 'engine_wrong' : 'key_wrong')
  const actor = { kind: 'staff', id: session.staff.id } as const
  const added = await inTransaction(runtime, (tx) => addSystem(tx, runtime, { ...parsed.data, actor }))
  if (!added.ok) return refused(added.reason)
  if (isByHand(parsed.data.engine)) throw redirect(`/desk/systems/${typed.key}/handling`, 303)
  const headers = new Headers()
  if (added.secret)
    headers.append(
      'Set-Cookie',
      showOnce(runtime, { name: secretCookie, holder: session.staff.id, text: `${typed.key} ${added.secret}` }),
    )
  throw redirect(`/desk/systems/${typed.key}`, { status: 303, headers })
}

export default function NewSystem() {
  const t = useTexts()
  const loaded = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{t('systems:add.title')}</h1>
      </div>
      <SystemProblem reason={failed?.problem} />
      <form method="post" noValidate>
        <Csrf />
        <TextField
          name="key"
          label={t('systems:add.key')}
          hint={t('systems:add.keyHint')}
          value={failed?.typed.key}
          maxLength={63}
          autoComplete="off"
          required
        />
        <SelectField
          name="engine"
          label={t('desk:systems.column.engine')}
          value={failed?.typed.engine}
          options={loaded.engines.map((engine) => ({ value: engine, label: t(`desk:engine.${engine}`) }))}
        />
        <TextField name="url" label={t('systems:url')} hint={t('systems:urlHint')} autoComplete="off" />
        <TextField
          name="scanUrl"
          label={t('systems:scanUrl')}
          hint={t('systems:scanUrlHint')}
          optional={t('systems:optional')}
          autoComplete="off"
        />
        <PasswordAgain fresh={loaded.fresh} problem={failed?.problem} />
        <div className="button-row">
          <Button>{t('systems:add.button')}</Button>
          <a href="/desk/systems">{t('desk:case.cancel')}</a>
        </div>
      </form>
    </div>
  )
}
