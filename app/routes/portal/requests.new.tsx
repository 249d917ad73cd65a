import { useActionData, useLoaderData } from '@remix-run/react'
import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { bindBrowser } from '~/identity/binding-cookie.server'
import { fileHandedOver, isOfAddress } from '~/identity/file-handed-over.server'
import { fileAndAskCode } from '~/identity/file-request.server'
import { handedOver, handOffIsOn } from '~/identity/hand-off.server'
import { takeCodeMail, takeSubmission } from '~/identity/limits.server'
import { senderOf } from '~/identity/senders.server'
import { translatorFor } from '~/locales/translate'
import { readForm } from '~/platform/forms.server'
import type { FormValues } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { maxLengths, parseRequestForm } from '~/requests/request-form'
import type { FormField, FormProblem } from '~/requests/request-form'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { useLanguage, useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { ForWhomFieldset, MoreFieldset, WhatFieldset, WhoFieldset } from '~/ui/portal/request-fieldsets'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'

/** How long to wait, where too many tries are refused. */
export const headers: HeadersFunction = ({ actionHeaders }) => actionHeaders
export const meta: MetaFunction = (page) => pageTitle(page, 'filing:page')

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  languageParam(params)
  const { runtime } = context
  const person = await handedOver(runtime, request)
  const known = Object.entries(person ?? {}).flatMap(([field, value]) => (value ? [[field, [value]] as const] : []))
  const search = new URL(request.url).searchParams
  // Chosen beforehand by a link; what is not a choice of the form selects nothing.
  return {
    values: {
      ...Object.fromEntries(known),
      kind: search.getAll('kind').slice(0, 7),
      objectionTo: search.getAll('objectionTo').slice(0, 1),
    },
    signedInAs: person?.email ?? null,
    ownLogin: handOffIsOn(await readOrganisation(runtime.db)),
  }
}

/** Everyone may file; what guards it are the form's token, its limits, and the code that follows, or the company's own log-in before it. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const { runtime, clientAddress } = context
  const read = await readForm(runtime, request)
  if (!read.ok) {
    const problem = read.reason === 'too_large' ? 'tooLarge' : 'forged'
    return again(read.form, { '': translatorFor(language)(`filing:error.${problem}`) }, read.status)
  }
  const parsed = parseRequestForm(read.form, language)
  if (!parsed.ok) return again(read.form, inWords(parsed.problems, language), 400)
  const allowed = await takeSubmission(runtime, clientAddress)
  if (!allowed.ok)
    return again(read.form, { '': translatorFor(language)('filing:error.tooMany') }, 429, {
      'Retry-After': String(allowed.retryAfterSeconds),
    })
  const person = await handedOver(runtime, request)
  if (person && isOfAddress(runtime, person, parsed.value.email)) {
    const [first] = await inTransaction(runtime, (tx) => fileHandedOver(tx, runtime, parsed.value, person))
    return redirect(`/${language}/requests/${first?.reference ?? ''}?receipt`, 303)
  }
  const emailIndex = blindIndex(runtime, 'email', parsed.value.email)
  const mail = await takeCodeMail(runtime, clientAddress, emailIndex)
  const sender = senderOf(runtime, clientAddress, emailIndex)
  const { binding } = await inTransaction(runtime, (tx) => fileAndAskCode(tx, runtime, parsed.value, mail.ok, sender))
  return redirect(`/${language}/verify`, { status: 303, headers: { 'Set-Cookie': bindBrowser(runtime, binding) } })
}

/** The form once more, with everything that was typed. */
function again(form: FormValues | null, errors: Record<string, string>, status: number, headers: HeadersInit = {}) {
  return data({ values: { ...form?.entries }, errors }, { status, headers })
}

function inWords(problems: Partial<Record<FormField, FormProblem>>, language: 'nl' | 'en'): Record<string, string> {
  const t = translatorFor(language)
  return Object.fromEntries(
    Object.entries(problems).map(([field, problem]) => [
      field,
      t(`filing:error.${problem}`, { max: maxLengths[field as keyof typeof maxLengths] }),
    ]),
  )
}

export default function NewRequest() {
  const chosen = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const t = useTexts()
  const language = useLanguage()
  const form = { values: sent?.values ?? chosen.values, errors: sent?.errors ?? {}, maxLengths }
  return (
    <>
      <h1>{t('filing:title')}</h1>
      <ErrorSummary errors={form.errors} />
      <p className="lead">{t('filing:free')}</p>
      <OwnLogin on={chosen.ownLogin} signedInAs={chosen.signedInAs} />
      <form method="post" action={`/${language}/requests/new`} noValidate className="request-form">
        <Csrf />
        <WhatFieldset form={form} />
        <ForWhomFieldset form={form} />
        <WhoFieldset form={form} />
        <MoreFieldset form={form} />
        <p className="form-part-hint">
          {t(chosen.signedInAs ? 'filing:nextSignedIn' : 'filing:next')}{' '}
          <span className="when-objection">{t('filing:nextMarketing')}</span>
        </p>
        <p className="form-part-hint field-hint">{t('filing:own')}</p>
        <p className="button-row">
          <Button>{t('filing:submit')}</Button>
        </p>
      </form>
    </>
  )
}

/** The way through the company's own log-in, where there is one; or who came along it. */
function OwnLogin({ on, signedInAs }: { on: boolean; signedInAs: string | null }) {
  const t = useTexts()
  const language = useLanguage()
  if (signedInAs) return <Notice>{t('identity:handOff.signedIn', { email: signedInAs })}</Notice>
  if (!on) return null
  return (
    <Notice>
      <p>{t('identity:handOff.offer')}</p>
      <p>
        <a href={`/${language}/hand-off/start`}>{t('identity:handOff.start')}</a>
      </p>
    </Notice>
  )
}
