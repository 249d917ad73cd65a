import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { inTransaction } from '~/platform/runtime.server'
import { chooseLanguage } from '~/staff/accounts.server'
import { changePassword } from '~/staff/change-password.server'
import { confirmPresence } from '~/staff/reauthenticate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { SelectField, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskForm } from './desk-form.server'
import { languageCookie } from './parts/language-cookie.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'account.own')
  return { title: translatorFor(languageOfRequest(request))('desk:account.title'), staff }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'account.own')
  const { runtime } = context
  const form = await deskForm(request, context)
  if (form.get('intent') === 'language') {
    const language = form.get('language') === 'en' ? 'en' : 'nl'
    await inTransaction(runtime, (tx) => chooseLanguage(tx, session.staff.id, language))
    throw redirect('/desk/account', { status: 303, headers: { 'Set-Cookie': languageCookie(runtime, language) } })
  }
  const present = form.get('present')
  const presence = present
    ? await confirmPresence(runtime, session, { password: present, clientAddress: context.clientAddress })
    : ({ ok: false, reason: 'password_needed' } as const)
  if (!presence.ok)
    return data({ field: 'present', problem: presence.reason }, { status: presence.reason === 'too_many' ? 429 : 400 })
  const changed = await inTransaction(runtime, (tx) =>
    changePassword(tx, runtime, {
      member: session.staff,
      password: form.get('password'),
      passwordAgain: form.get('passwordAgain'),
    }),
  )
  if (!changed.ok) {
    const field = changed.reason === 'not_the_same' ? 'passwordAgain' : 'password'
    return data({ field, problem: changed.reason }, { status: 400 })
  }
  // Every session ended, this one too.
  throw redirect('/desk/login', 303)
}

export default function Account() {
  const t = useTexts()
  const { staff } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const message = failed && t(`desk:password.problem.${failed.problem}`)
  const error = (field: string) => (failed?.field === field ? message : undefined)
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{t('desk:account.title')}</h1>
      </div>
      <p>
        {staff.name}, {staff.email}, {t(`desk:role.${staff.role}`)}
      </p>
      <p>
        <a href="/desk/account/security">{t('staff:security.title')}</a> ·{' '}
        <a href="/desk/tokens">{t('staff:tokens.title')}</a> ·{' '}
        <a href="/desk/account/absence">{t('watch:absence.link')}</a> ·{' '}
        <a href="/desk/account/calendar">{t('calendar:title')}</a>
      </p>
      <form method="post">
        <Csrf />
        <SelectField
          name="language"
          label={t('desk:account.language')}
          value={staff.language}
          options={['nl', 'en'].map((value) => ({ value, label: t(`common:language.${value}`) }))}
        />
        <Button look="quiet" name="intent" value="language">
          {t('desk:account.saveLanguage')}
        </Button>
      </form>
      <h2>{t('desk:account.password')}</h2>
      <p>{t('desk:account.passwordLead')}</p>
      <form method="post" noValidate>
        <Csrf />
        <ErrorSummary errors={failed ? { [failed.field]: message } : {}} />
        <TextField
          name="present"
          type="password"
          label={t('desk:account.present')}
          error={error('present')}
          autoComplete="current-password"
          required
        />
        <TextField
          name="password"
          type="password"
          label={t('desk:password.new')}
          hint={t('desk:password.hint')}
          error={error('password')}
          autoComplete="new-password"
          required
        />
        <TextField
          name="passwordAgain"
          type="password"
          label={t('desk:password.again')}
          error={error('passwordAgain')}
          autoComplete="new-password"
          required
        />
        <Button>{t('desk:account.change')}</Button>
      </form>
    </div>
  )
}
