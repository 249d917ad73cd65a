import { useActionData, useLoaderData } from '@remix-run/react'
import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { askCodeForAddress } from '~/identity/ask-code.server'
import { bindBrowser } from '~/identity/binding-cookie.server'
import { handOffIsOn } from '~/identity/hand-off.server'
import { takeCodeMail, takeSignIn } from '~/identity/limits.server'
import { senderOf } from '~/identity/senders.server'
import { readForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { referencePattern } from '~/requests/reference'
import { parseEmail } from '~/requests/request-form'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { TextField } from '~/ui/field'
import { useLanguage, useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'

/** How long to wait, where too many tries are refused. */
export const headers: HeadersFunction = ({ actionHeaders }) => actionHeaders
export const meta: MetaFunction = (page) => pageTitle(page, 'portal:signIn.page')

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  languageParam(params)
  const search = new URL(request.url).searchParams
  const reference = search.get('reference') ?? ''
  return {
    reference: referencePattern.test(reference) ? reference : '',
    expired: search.has('expired'),
    signedOut: search.has('signed-out'),
    ownLogin: handOffIsOn(await readOrganisation(context.runtime.db)),
  }
}

/** Everyone may ask for a code; the answer is the same whether the address is known or not. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const { runtime, clientAddress } = context
  const read = await readForm(runtime, request)
  const typed = read.form?.get('email').slice(0, 300) ?? ''
  const reference = read.form?.get('reference') ?? ''
  if (!read.ok) return data({ email: typed, reference, problem: 'forged' as const }, { status: read.status })
  const email = parseEmail(typed)
  if (!email.ok) return data({ email: typed, reference, problem: email.problem }, { status: 400 })
  const allowed = await takeSignIn(runtime, clientAddress)
  if (!allowed.ok)
    return data(
      { email: typed, reference, problem: 'tooMany' as const },
      { status: 429, headers: { 'Retry-After': String(allowed.retryAfterSeconds) } },
    )
  const emailIndex = blindIndex(runtime, 'email', email.value)
  const mail = await takeCodeMail(runtime, clientAddress, emailIndex)
  const binding = await inTransaction(runtime, (tx) =>
    askCodeForAddress(tx, runtime, {
      purpose: 'sign_in',
      emailIndex,
      language,
      mayMail: mail.ok,
      sender: senderOf(runtime, clientAddress, emailIndex),
      ...(referencePattern.test(reference) ? { reference } : {}),
    }),
  )
  return redirect(`/${language}/verify`, { status: 303, headers: { 'Set-Cookie': bindBrowser(runtime, binding) } })
}

export default function SignIn() {
  const page = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const t = useTexts()
  const language = useLanguage()
  const problem = sent
    ? t(sent.problem === 'forged' ? 'filing:error.forged' : `portal:signIn.${sent.problem}`)
    : undefined
  return (
    <>
      <h1>{t('portal:signIn.title')}</h1>
      <ErrorSummary errors={{ email: problem }} />
      {page.expired && !sent ? <Notice>{t('portal:signIn.expired')}</Notice> : null}
      {page.signedOut && !sent ? <Notice>{t('portal:signedOut')}</Notice> : null}
      <p className="lead">{t('portal:signIn.lead')}</p>
      <form method="post" action={`/${language}/sign-in`} noValidate>
        <Csrf />
        <input type="hidden" name="reference" value={sent?.reference ?? page.reference} />
        <TextField
          name="email"
          label={t('portal:signIn.email')}
          value={sent?.email}
          error={problem}
          inputMode="email"
          autoComplete="email"
          maxLength={254}
          required
        />
        <p className="button-row">
          <Button>{t('portal:signIn.submit')}</Button>
        </p>
      </form>
      {page.ownLogin ? (
        <p>
          <a href={`/${language}/hand-off/start`}>{t('identity:handOff.start')}</a>
        </p>
      ) : null}
    </>
  )
}
