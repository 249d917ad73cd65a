import { useActionData, useLoaderData } from '@remix-run/react'
import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { arrivedAs, confirmHandOff, forgetHandOff } from '~/identity/hand-off.server'
import { readForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { useLanguage, useTexts } from '~/ui/language'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'

export const meta: MetaFunction = (page) => pageTitle(page, 'identity:handOff.page')

/** Who the company's log-in says that this is; shown only to the browser whose state the token carries. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const language = languageParam(params)
  const { runtime } = context
  const person = await arrivedAs(runtime.db, runtime, request)
  if (!person) throw redirect(`/${language}/hand-off`, 303)
  const organisation = await readOrganisation(runtime.db)
  return { person, organisation: organisation['organisation.name'] }
}

/** POST `answer` = yes: signs in this browser; no: forgets it. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const { runtime } = context
  const read = await readForm(runtime, request)
  if (!read.ok) return data({ problem: 'forged' as const }, { status: read.status })
  const answer = read.form.get('answer')
  if (answer !== 'yes' && answer !== 'no') return data({ problem: 'unanswered' as const }, { status: 400 })
  const headers = new Headers()
  if (answer === 'no') {
    const cookies = await inTransaction(runtime, (tx) => forgetHandOff(tx, runtime, request))
    for (const cookie of cookies) headers.append('Set-Cookie', cookie)
    return redirect(`/${language}`, { status: 303, headers })
  }
  const confirmed = await inTransaction(runtime, (tx) => confirmHandOff(tx, runtime, request))
  if (!confirmed.ok) return redirect(`/${language}/hand-off`, 303)
  for (const cookie of confirmed.cookies) headers.append('Set-Cookie', cookie)
  return redirect(`/${language}/requests/new`, { status: 303, headers })
}

export default function ConfirmHandOff() {
  const { person, organisation } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const t = useTexts()
  const language = useLanguage()
  const facts = [
    ['name', person.name],
    ['email', person.email],
    ['customerNumber', person.customerNumber],
    ['phone', person.phone],
  ] as const
  return (
    <>
      <h1>{t('identity:handOff.title')}</h1>
      <ErrorSummary errors={{ '': sent ? t(`identity:link.${sent.problem}`) : undefined }} />
      <p className="lead">{t('identity:handOff.lead', { organisation })}</p>
      <dl className="facts">
        {facts.map(([fact, value]) =>
          value ? (
            <div key={fact}>
              <dt>{t(`identity:handOff.${fact}`)}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <form method="post" action={`/${language}/hand-off/confirm`}>
        <Csrf />
        <p className="button-row">
          <Button name="answer" value="yes">
            {t('identity:handOff.yes')}
          </Button>
          <Button look="quiet" name="answer" value="no">
            {t('identity:handOff.no')}
          </Button>
        </p>
      </form>
      <p className="field-hint">{t('identity:handOff.mailHint')}</p>
    </>
  )
}
