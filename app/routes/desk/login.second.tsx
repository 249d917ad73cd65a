import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { readForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { safeNext } from '~/staff/require-staff.server'
import { factorsOf } from '~/staff/second-factor.server'
import { giveSecondFactor } from '~/staff/second-step.server'
import { readStep } from '~/staff/sign-in-step.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskLinks } from './parts/desk-links'
import { DoorPage } from './parts/door-page'
import { PasskeyForm } from './parts/passkey-form'

export const links = deskLinks
export const handle = { scripts: true }
export const headers: HeadersFunction = ({ actionHeaders }) => actionHeaders
export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { runtime } = context
  const next = safeNext(new URL(request.url).searchParams.get('next'))
  const row = await readStep(runtime, request)
  if (!row) throw redirect(`/desk/login?next=${encodeURIComponent(next)}`, 303)
  const organisation = await readOrganisation(runtime.db)
  const factors = await factorsOf(runtime.db, row.id)
  return {
    title: translatorFor(languageOfRequest(request))('staff:second.title'),
    organisation: organisation['organisation.name'],
    demo: runtime.demo,
    next,
    totp: factors.totp || factors.recoveryCodes > 0,
    passkeys: factors.passkeys > 0,
  }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { runtime } = context
  const read = await readForm(runtime, request)
  if (!read.ok) return data({ problem: 'stale' as const, minutes: 0 }, { status: read.status })
  const next = safeNext(new URL(request.url).searchParams.get('next'))
  const row = await readStep(runtime, request)
  if (!row) throw redirect(`/desk/login?next=${encodeURIComponent(next)}`, 303)
  const given = await giveSecondFactor(runtime, request, { row, code: read.form.get('totp') })
  if (!given.ok) {
    if (given.reason !== 'too_many') return data({ problem: given.reason, minutes: 0 }, { status: 400 })
    const headers = { 'Retry-After': String(given.retryAfterSeconds) }
    return data({ problem: given.reason, minutes: Math.ceil(given.retryAfterSeconds / 60) }, { status: 429, headers })
  }
  const headers = new Headers()
  for (const cookie of given.cookies) headers.append('Set-Cookie', cookie)
  throw redirect(next, { status: 303, headers })
}

export default function SecondStep() {
  const t = useTexts()
  const { next, totp, passkeys, ...page } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const problem = failed ? t(`staff:problem.${failed.problem}`, { count: failed.minutes }) : undefined
  return (
    <DoorPage {...page}>
      {totp ? (
        <form method="post" noValidate>
          <Csrf />
          <ErrorSummary errors={{ totp: problem }} />
          <TextField
            name="totp"
            label={t('staff:second.code')}
            hint={t('staff:second.hint')}
            error={problem}
            autoComplete="one-time-code"
            maxLength={20}
            required
            autoFocus
          />
          <Button>{t('desk:login.button')}</Button>
        </form>
      ) : (
        <p>{t('staff:second.passkeyOnly')}</p>
      )}
      {passkeys ? (
        <PasskeyForm
          action={`/desk/login/passkey?next=${encodeURIComponent(next)}`}
          button={t('staff:passkey.signIn')}
        />
      ) : null}
      <p>
        <a href="/desk/login">{t('staff:second.back')}</a>
      </p>
    </DoorPage>
  )
}
