import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { findStaff } from '~/staff/accounts.server'
import { askPasskey, whoSigned } from '~/staff/passkey-sign-in.server'
import { confirmPresence } from '~/staff/reauthenticate.server'
import { requireStaff, safeNext } from '~/staff/require-staff.server'
import { factorsOf } from '~/staff/second-factor.server'
import { markAuthenticated } from '~/staff/sessions.server'
import { hasSingleSignOn } from '~/staff/single-sign-on.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskForm } from './desk-form.server'
import { PasskeyForm } from './parts/passkey-form'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'account.own')
  const { runtime } = context
  return {
    title: translatorFor(languageOfRequest(request))('staff:presence.title'),
    next: safeNext(new URL(request.url).searchParams.get('next')),
    password: Boolean((await findStaff(runtime.db, staff.id))?.passwordHash),
    passkeys: (await factorsOf(runtime.db, staff.id)).passkeys > 0,
    singleSignOn: hasSingleSignOn(runtime),
  }
}

/** POST: shows once more who is there, by password or passkey, and goes back to where that was asked. */
export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'account.own')
  const { runtime, clientAddress } = context
  const form = await deskForm(request, context)
  const next = safeNext(new URL(request.url).searchParams.get('next'))
  const purpose = `presence:${session.staff.id}` as const
  if (form.get('intent') === 'options') {
    const asked = await askPasskey(runtime, { purpose, clientAddress })
    if (!asked.ok) throw new Response(null, { status: 429 })
    throw Response.json(asked.options, { headers: { 'Set-Cookie': asked.cookie } })
  }
  if (form.get('intent') === 'passkey') {
    const row = await whoSigned(runtime, request, { purpose, response: form.get('response') })
    if (row?.id !== session.staff.id) return data({ problem: 'passkey_refused' as const }, { status: 400 })
    await markAuthenticated(runtime.db, runtime, session.id)
    throw redirect(next, 303)
  }
  const password = form.get('password')
  if (!password) return data({ problem: 'password_needed' as const }, { status: 400 })
  const present = await confirmPresence(runtime, session, { password, clientAddress })
  if (!present.ok) return data({ problem: present.reason }, { status: present.reason === 'too_many' ? 429 : 400 })
  throw redirect(next, 303)
}

export default function Presence() {
  const t = useTexts()
  const { next, password, passkeys, singleSignOn } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const problem = failed ? t(`staff:presence.problem.${failed.problem}`) : undefined
  const here = `/desk/presence?next=${encodeURIComponent(next)}`
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{t('staff:presence.title')}</h1>
      </div>
      <p>{t('staff:presence.lead')}</p>
      <ErrorSummary errors={{ password: problem }} />
      {password ? (
        <form method="post" action={here} noValidate>
          <Csrf />
          <TextField
            name="password"
            type="password"
            label={t('desk:login.password')}
            error={problem}
            autoComplete="current-password"
            required
          />
          <Button>{t('staff:presence.button')}</Button>
        </form>
      ) : null}
      {passkeys ? <PasskeyForm action={here} button={t('staff:presence.passkey')} /> : null}
      {singleSignOn ? (
        <p>
          <a className="button button-quiet" href={`/desk/login/oidc?presence&next=${encodeURIComponent(next)}`}>
            {t('staff:presence.sso')}
          </a>
        </p>
      ) : null}
    </div>
  )
}
