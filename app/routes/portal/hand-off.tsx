import { useActionData, useLoaderData } from '@remix-run/react'
import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { handOffIsOn, receiveHandOff } from '~/identity/hand-off.server'
import { takeHandOff } from '~/identity/limits.server'
import { readForeignForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { ButtonLink } from '~/ui/button'
import { useLanguage, useTexts } from '~/ui/language'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'

/** How long to wait, where too many tries are refused. */
export const headers: HeadersFunction = ({ actionHeaders }) => actionHeaders
export const meta: MetaFunction = (page) => pageTitle(page, 'identity:handOff.page')

export async function loader({ params, context }: LoaderFunctionArgs) {
  languageParam(params)
  return { on: handOffIsOn(await readOrganisation(context.runtime.db)) }
}

/** POST `token`, from the company's own log-in: the one form without our `csrf`; its signature is what is believed. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const { runtime, clientAddress } = context
  const allowed = await takeHandOff(runtime, clientAddress)
  if (!allowed.ok)
    return data(
      { problem: 'tooMany' as const },
      { status: 429, headers: { 'Retry-After': String(allowed.retryAfterSeconds) } },
    )
  const read = await readForeignForm(request)
  if (!read.ok) return data({ problem: 'refused' as const }, { status: read.status })
  const received = await receiveHandOff(runtime, await readOrganisation(runtime.db), read.form.get('token'))
  if (received.ok)
    return redirect(`/${language}/hand-off/confirm`, { status: 303, headers: { 'Set-Cookie': received.cookie } })
  // Begun at the company's side: round once, so that the answer carries a state of this browser.
  if (received.reason === 'no_state') return redirect(`/${language}/hand-off/start?again`, 303)
  return data({ problem: 'refused' as const }, { status: received.reason === 'off' ? 404 : 400 })
}

export default function HandOff() {
  const { on } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const t = useTexts()
  const language = useLanguage()
  return (
    <>
      <h1>{t('identity:handOff.noneTitle')}</h1>
      <p className="lead">{t(`identity:handOff.${sent?.problem ?? 'refused'}`)}</p>
      <p>{t('identity:handOff.formText')}</p>
      <p className="button-row">
        <ButtonLink href={`/${language}/requests/new`}>{t('portal:verify.form')}</ButtonLink>
        {on ? (
          <ButtonLink look="quiet" href={`/${language}/hand-off/start`}>
            {t('identity:handOff.start')}
          </ButtonLink>
        ) : null}
      </p>
    </>
  )
}
