import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { readForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { safeNext } from '~/staff/require-staff.server'
import { readSession } from '~/staff/sessions.server'
import { signIn } from '~/staff/sign-in.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { DoorPage } from './parts/door-page'
import { deskLinks } from './parts/desk-links'
import { languageCookie } from './parts/language-cookie.server'

export const links = deskLinks
/** How long to wait, where too many tries are refused. */
export const headers: HeadersFunction = ({ actionHeaders }) => actionHeaders
export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const next = safeNext(new URL(request.url).searchParams.get('next'))
  if (await readSession(context.runtime, request)) throw redirect(next, 303)
  const organisation = await readOrganisation(context.runtime.db)
  const title = translatorFor(languageOfRequest(request))('desk:login.title')
  return { title, organisation: organisation['organisation.name'], demo: context.runtime.demo }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const read = await readForm(context.runtime, request)
  if (!read.ok)
    return data(
      { email: read.form?.get('email') ?? '', problem: 'stale' as const, minutes: 0 },
      { status: read.status },
    )
  const [email, password] = [read.form.get('email'), read.form.get('password')]
  if (!email.trim() || !password) return data({ email, problem: 'empty' as const, minutes: 0 }, { status: 400 })
  const result = await signIn(context.runtime, request, { email, password, clientAddress: context.clientAddress })
  if (!result.ok) {
    if (result.reason === 'wrong') return data({ email, problem: 'wrong' as const, minutes: 0 }, { status: 400 })
    const headers = { 'Retry-After': String(result.retryAfterSeconds) }
    const minutes = Math.ceil(result.retryAfterSeconds / 60)
    return data({ email, problem: 'too_many' as const, minutes }, { status: 429, headers })
  }
  const headers = new Headers()
  for (const cookie of [...result.cookies, languageCookie(context.runtime, result.staff.language)])
    headers.append('Set-Cookie', cookie)
  throw redirect(safeNext(new URL(request.url).searchParams.get('next')), { status: 303, headers })
}

export default function Login() {
  const t = useTexts()
  const { organisation, demo } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const problem = failed ? t(`desk:login.problem.${failed.problem}`, { count: failed.minutes }) : undefined
  return (
    <DoorPage organisation={organisation} title={t('desk:login.title')} demo={demo}>
      <form method="post" noValidate>
        <Csrf />
        <ErrorSummary errors={{ email: problem }} />
        <TextField
          name="email"
          type="email"
          label={t('desk:login.email')}
          value={failed?.email}
          autoComplete="username"
          required
        />
        <TextField
          name="password"
          type="password"
          label={t('desk:login.password')}
          autoComplete="current-password"
          required
        />
        <Button>{t('desk:login.button')}</Button>
      </form>
    </DoorPage>
  )
}
