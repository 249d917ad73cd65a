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
import { hasSingleSignOn } from '~/staff/single-sign-on.server'
import { hasText } from '~/locales/translate'
import { Notice } from '~/ui/notice'
import { DoorPage } from './parts/door-page'
import { PasskeyForm } from './parts/passkey-form'
import { placeOfStep } from './parts/sign-in-places'
import { deskLinks } from './parts/desk-links'
import { languageCookie } from './parts/language-cookie.server'

export const links = deskLinks
export const handle = { scripts: true }
/** How long to wait, where too many tries are refused. */
export const headers: HeadersFunction = ({ actionHeaders }) => actionHeaders
export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { searchParams } = new URL(request.url)
  const next = safeNext(searchParams.get('next'))
  if (await readSession(context.runtime, request)) throw redirect(next, 303)
  const organisation = await readOrganisation(context.runtime.db)
  const title = translatorFor(languageOfRequest(request))('desk:login.title')
  return {
    title,
    organisation: organisation['organisation.name'],
    demo: context.runtime.demo,
    next,
    singleSignOn: hasSingleSignOn(context.runtime),
    // What another door has to say: why the passkey or the single sign-on did not open, or that the password is new.
    said: searchParams.get('said'),
  }
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
  const next = safeNext(new URL(request.url).searchParams.get('next'))
  throw redirect(placeOfStep(result.step, next), { status: 303, headers })
}

export default function Login() {
  const t = useTexts()
  const { organisation, demo, next, singleSignOn, said } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const problem = failed ? t(`desk:login.problem.${failed.problem}`, { count: failed.minutes }) : undefined
  return (
    <DoorPage organisation={organisation} title={t('desk:login.title')} demo={demo}>
      {said && hasText(`staff:said.${said}`) && !failed ? (
        <div role="status">
          <Notice tone={said === 'changed' ? 'plain' : 'warning'}>
            <p>{t(`staff:said.${said}`)}</p>
          </Notice>
        </div>
      ) : null}
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
      <p>
        <a href="/desk/login/forgotten">{t('staff:forgotten.link')}</a>
      </p>
      {singleSignOn ? (
        <p>
          <a className="button button-quiet" href={`/desk/login/oidc?next=${encodeURIComponent(next)}`}>
            {t('staff:sso.button')}
          </a>
        </p>
      ) : null}
      <PasskeyForm action={`/desk/login/passkey?next=${encodeURIComponent(next)}`} button={t('staff:passkey.signIn')} />
    </DoorPage>
  )
}
