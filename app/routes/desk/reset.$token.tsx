import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { readForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { findPasswordReset, resetPassword } from '~/staff/reset-password.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { Notice } from '~/ui/notice'
import { deskLinks } from './parts/desk-links'
import { DoorPage } from './parts/door-page'

export const links = deskLinks
export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.title ?? '' }]

/** Looking at the link uses nothing up: mail scanners do that. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { runtime } = context
  const found = await findPasswordReset(runtime.db, runtime, params['token'] ?? '')
  const organisation = await readOrganisation(runtime.db)
  const page = {
    title: translatorFor(languageOfRequest(request))('staff:reset.title'),
    organisation: organisation['organisation.name'],
    demo: runtime.demo,
    email: found?.email ?? null,
  }
  return data(page, { status: found ? 200 : 404 })
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { runtime } = context
  const read = await readForm(runtime, request)
  if (!read.ok) return data({ problem: 'stale' as const }, { status: read.status })
  const [password, passwordAgain] = [read.form.get('password'), read.form.get('passwordAgain')]
  const token = params['token'] ?? ''
  const changed = await inTransaction(runtime, (tx) => resetPassword(tx, runtime, { token, password, passwordAgain }))
  if (!changed.ok) return data({ problem: changed.reason }, { status: 400 })
  throw redirect('/desk/login?said=changed', 303)
}

export default function Reset() {
  const t = useTexts()
  const { email, ...page } = useLoaderData<typeof loader>()
  const problem = useActionData<typeof action>()?.problem
  const message = problem && t(`desk:password.problem.${problem}`)
  const again = problem === 'not_the_same'
  return (
    <DoorPage {...page}>
      {email ? (
        <form method="post" noValidate>
          <Csrf />
          <ErrorSummary errors={{ [again ? 'passwordAgain' : 'password']: message }} />
          <p>{t('staff:reset.lead', { email })}</p>
          <input type="hidden" name="username" value={email} autoComplete="username" />
          <TextField
            name="password"
            type="password"
            label={t('desk:password.new')}
            hint={t('desk:password.hint')}
            error={again ? undefined : message}
            autoComplete="new-password"
            required
          />
          <TextField
            name="passwordAgain"
            type="password"
            label={t('desk:password.again')}
            error={again ? message : undefined}
            autoComplete="new-password"
            required
          />
          <Button>{t('staff:reset.button')}</Button>
        </form>
      ) : (
        <Notice tone="warning">
          <p>{t('staff:reset.invalid')}</p>
        </Notice>
      )}
    </DoorPage>
  )
}
