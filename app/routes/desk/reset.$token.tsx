import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { readForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { findPasswordReset, resetPassword } from '~/staff/reset-password.server'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { Notice } from '~/ui/notice'
import { deskLinks } from './parts/desk-links'
import { DoorPage } from './parts/door-page'
import { NewPasswordForm } from './parts/new-password-form'

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
  return (
    <DoorPage {...page}>
      {email ? (
        <NewPasswordForm
          email={email}
          lead={t('staff:reset.lead', { email })}
          button={t('staff:reset.button')}
          problem={
            problem ? { message: t(`desk:password.problem.${problem}`), again: problem === 'not_the_same' } : null
          }
        />
      ) : (
        <Notice tone="warning">
          <p>{t('staff:reset.invalid')}</p>
        </Notice>
      )}
    </DoorPage>
  )
}
