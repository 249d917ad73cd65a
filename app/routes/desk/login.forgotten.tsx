import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { readForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { askPasswordReset } from '~/staff/reset-password.server'
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
export const headers: HeadersFunction = ({ actionHeaders }) => actionHeaders
export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const organisation = await readOrganisation(context.runtime.db)
  return {
    title: translatorFor(languageOfRequest(request))('staff:forgotten.title'),
    organisation: organisation['organisation.name'],
    demo: context.runtime.demo,
    sent: new URL(request.url).searchParams.has('sent'),
  }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const read = await readForm(context.runtime, request)
  if (!read.ok) return data({ email: '', problem: 'stale' as const, minutes: 0 }, { status: read.status })
  const email = read.form.get('email')
  if (!email.trim()) return data({ email, problem: 'email_missing' as const, minutes: 0 }, { status: 400 })
  const asked = await askPasswordReset(context.runtime, { email, clientAddress: context.clientAddress })
  if (!asked.ok) {
    const headers = { 'Retry-After': String(asked.retryAfterSeconds) }
    const minutes = Math.ceil(asked.retryAfterSeconds / 60)
    return data({ email, problem: 'too_many' as const, minutes }, { status: 429, headers })
  }
  throw redirect('/desk/login/forgotten?sent', 303)
}

export default function Forgotten() {
  const t = useTexts()
  const { sent, ...page } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const problem = failed ? t(`staff:problem.${failed.problem}`, { count: failed.minutes }) : undefined
  return (
    <DoorPage {...page}>
      {sent && !failed ? (
        <div role="status">
          <Notice>
            <p>{t('staff:forgotten.sent')}</p>
          </Notice>
        </div>
      ) : (
        <form method="post" action="/desk/login/forgotten" noValidate>
          <Csrf />
          <ErrorSummary errors={{ email: problem }} />
          <p>{t('staff:forgotten.lead')}</p>
          <TextField
            name="email"
            type="email"
            label={t('desk:login.email')}
            value={failed?.email}
            error={problem}
            autoComplete="username"
            required
          />
          <Button>{t('staff:forgotten.button')}</Button>
        </form>
      )}
      <p>
        <a href="/desk/login">{t('staff:second.back')}</a>
      </p>
    </DoorPage>
  )
}
