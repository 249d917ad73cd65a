import { data } from '@remix-run/node'
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { readOrganisation } from '~/platform/organisation.server'
import { takeShown } from '~/platform/show-once.server'
import { sessionsOf } from '~/staff/list-sessions.server'
import { passkeysOf } from '~/staff/passkeys.server'
import { requireStaff } from '~/staff/require-staff.server'
import { factorsOf, secondFactorIsRequired } from '~/staff/second-factor.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { Notice } from '~/ui/notice'
import { PasskeyForm } from './parts/passkey-form'
import { PasskeyList, SessionList } from './parts/security-lists'

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'account.own')
  const { runtime } = context
  const holder = session.staff.id
  const shown = takeShown(runtime, request, { name: 'staff-codes', holder })
  const organisation = await readOrganisation(runtime.db)
  const loaded = {
    title: translatorFor(languageOfRequest(request))('staff:security.title'),
    zone: organisation['organisation.zone'],
    factors: await factorsOf(runtime.db, holder),
    required: await secondFactorIsRequired(runtime),
    codes: shown?.text.split('\n') ?? null,
    passkeys: (await passkeysOf(runtime.db, holder)).map(({ id, name, createdAt, lastUsedAt }) => ({
      id,
      name,
      createdAt: createdAt.toString(),
      lastUsedAt: lastUsedAt?.toString() ?? null,
    })),
    sessions: (await sessionsOf(runtime.db, holder)).map(({ id, createdAt, lastSeenAt, browser }) => ({
      id,
      present: id === session.id,
      createdAt: createdAt.toString(),
      lastSeenAt: lastSeenAt?.toString() ?? null,
      browser,
    })),
  }
  return data(loaded, shown ? { headers: { 'Set-Cookie': shown.cleared } } : {})
}

export type SecurityData = Awaited<ReturnType<typeof loader>>['data']

export default function Security() {
  const t = useTexts()
  const { factors, required, codes, passkeys, sessions, zone } = useLoaderData<typeof loader>()
  const last = (factors.totp ? 1 : 0) + factors.passkeys === 1 && required
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{t('staff:security.title')}</h1>
        <a href="/desk/account">{t('desk:account.title')}</a>
      </div>
      {codes ? (
        <div role="status">
          <Notice tone="warning">
            <p>{t('staff:codes.once')}</p>
            <ul data-recovery-codes>
              {codes.map((code) => (
                <li key={code}>
                  <code>{code}</code>
                </li>
              ))}
            </ul>
          </Notice>
        </div>
      ) : null}
      <h2>{t('staff:totp.title')}</h2>
      <p>{t(factors.totp ? 'staff:totp.on' : 'staff:totp.off')}</p>
      <p>
        <a href="/desk/account/totp">{t(factors.totp ? 'staff:totp.replace' : 'staff:totp.set')}</a>
      </p>
      {factors.totp && !last ? (
        <form method="post" action="/desk/account/totp">
          <Csrf />
          <Button look="quiet" name="intent" value="remove">
            {t('staff:totp.remove')}
          </Button>
        </form>
      ) : null}
      {factors.totp ? (
        <>
          <h2>{t('staff:codes.title')}</h2>
          <p>{t('staff:codes.left', { count: factors.recoveryCodes })}</p>
          <form method="post" action="/desk/account/recovery-codes">
            <Csrf />
            <Button look="quiet">{t('staff:codes.make')}</Button>
          </form>
        </>
      ) : null}
      <h2>{t('staff:passkey.title')}</h2>
      <p>{t('staff:passkey.lead')}</p>
      <PasskeyList passkeys={passkeys} zone={zone} removable={!(last && !factors.totp)} />
      <PasskeyForm action="/desk/account/passkeys" adds button={t('staff:passkey.add')}>
        <TextField name="name" label={t('staff:passkey.name')} maxLength={100} autoComplete="off" />
      </PasskeyForm>
      <h2>{t('staff:sessions.title')}</h2>
      <SessionList sessions={sessions} zone={zone} />
    </div>
  )
}
