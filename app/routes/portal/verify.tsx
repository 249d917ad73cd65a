import { useActionData, useLoaderData } from '@remix-run/react'
import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { readBinding, unbindBrowser } from '~/identity/binding-cookie.server'
import { codeMinutes, typedCode } from '~/identity/codes.server'
import { enterCode } from '~/identity/enter-code.server'
import { countWrongCode, mayTryCode } from '~/identity/limits.server'
import { addressOfSubmission } from '~/identity/submission-address.server'
import { readForm } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { Button, ButtonLink } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { TextField } from '~/ui/field'
import { useLanguage, useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { RichText } from '~/ui/rich-text'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'

/** How long to wait, where too many tries are refused. */
export const headers: HeadersFunction = ({ actionHeaders }) => actionHeaders
export const meta: MetaFunction = (page) => pageTitle(page, 'portal:verify.page')

/** Authorised by the signed cookie of the browser that filed or asked. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  languageParam(params)
  const { runtime } = context
  const binding = readBinding(runtime, request)
  const asked = new URL(request.url).searchParams.get('code')
  if (!binding) return { purpose: null, email: null, marketing: false, minutes: codeMinutes, asked }
  const address = binding.purpose === 'submission' ? await addressOfSubmission(runtime, binding.id) : null
  return {
    purpose: binding.purpose,
    email: address?.email ?? null,
    marketing: address?.stopsMarketing ?? false,
    minutes: codeMinutes,
    asked,
  }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const { runtime, clientAddress } = context
  const read = await readForm(runtime, request)
  if (!read.ok) return data({ code: read.form?.get('code') ?? '', problem: 'forged' as const }, { status: read.status })
  const code = read.form.get('code').slice(0, 40)
  const binding = readBinding(runtime, request)
  const typed = typedCode(code)
  if (!typed) return data({ code, problem: 'missing' as const }, { status: 400 })
  if (!binding) return data({ code, problem: 'wrong' as const }, { status: 400 })
  const allowed = await mayTryCode(runtime, clientAddress)
  if (!allowed.ok)
    return data(
      { code, problem: 'tooMany' as const },
      { status: 429, headers: { 'Retry-After': String(allowed.retryAfterSeconds) } },
    )
  const entered = await inTransaction(runtime, (tx) => enterCode(tx, runtime, binding, typed))
  if (!entered.ok) {
    await countWrongCode(runtime, clientAddress)
    return data({ code, problem: 'wrong' as const }, { status: 400 })
  }
  const headers = new Headers()
  headers.append('Set-Cookie', unbindBrowser(runtime))
  headers.append('Set-Cookie', entered.sessionCookie)
  const [first] = entered.confirmed
  const next = first ? `/${first.reference}?receipt` : binding.reference ? `/${binding.reference}` : ''
  return redirect(`/${language}/requests${next}`, { status: 303, headers })
}

export default function Verify() {
  const { purpose, email, marketing, minutes, asked } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const t = useTexts()
  const language = useLanguage()
  if (!purpose && !sent) return <NothingToEnter />
  const problem = sent
    ? t(sent.problem === 'forged' ? 'filing:error.forged' : `portal:verify.${sent.problem}`)
    : undefined
  return (
    <>
      <h1>{t('portal:verify.title')}</h1>
      <ErrorSummary errors={{ code: problem }} />
      {asked === 'sent' && !sent ? <Notice>{t('portal:verify.againSent')}</Notice> : null}
      {asked === 'too-soon' && !sent ? <Notice tone="warning">{t('portal:verify.againSoon')}</Notice> : null}
      {marketing ? <Notice>{t('portal:verify.stopped')}</Notice> : null}
      <p className="lead">
        {email ? (
          <RichText text="portal:verify.sent" values={{ email }} />
        ) : (
          t(purpose === 'download' ? 'portal:verify.sentDownload' : 'portal:verify.sentGeneral')
        )}
      </p>
      <p>{t('portal:verify.minutes', { count: minutes })}</p>
      <form method="post" action={`/${language}/verify`} noValidate>
        <Csrf />
        <TextField
          name="code"
          label={t('portal:verify.code')}
          hint={t('portal:verify.codeHint')}
          value={sent?.code}
          error={problem}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={20}
          className="input-code"
          required
        />
        <p className="button-row">
          <Button>{t('portal:verify.submit')}</Button>
        </p>
      </form>
      <h2>{t('portal:verify.againTitle')}</h2>
      <p>{t('portal:verify.againText')}</p>
      <form method="post" action={`/${language}/verify/code`}>
        <Csrf />
        <p className="button-row">
          <Button look="quiet">{t('portal:verify.again')}</Button>
        </p>
      </form>
      {purpose === 'submission' ? (
        <p>
          <a href={`/${language}/requests/new`}>{t('portal:verify.otherAddress')}</a>
        </p>
      ) : null}
    </>
  )
}

function NothingToEnter() {
  const t = useTexts()
  const language = useLanguage()
  return (
    <>
      <h1>{t('portal:verify.nothing')}</h1>
      <p className="lead">{t('portal:verify.nothingText')}</p>
      <p className="button-row">
        <ButtonLink href={`/${language}/sign-in`}>{t('portal:signIn.submit')}</ButtonLink>
        <ButtonLink look="quiet" href={`/${language}/requests/new`}>
          {t('portal:verify.form')}
        </ButtonLink>
      </p>
    </>
  )
}
