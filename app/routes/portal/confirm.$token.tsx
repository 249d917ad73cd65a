import { useActionData, useLoaderData } from '@remix-run/react'
import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { acceptLink, askedByLink, disownByLink } from '~/identity/answer-link.server'
import { unbindBrowser } from '~/identity/binding-cookie.server'
import { readForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { Button, ButtonLink } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { momentInWords } from '~/ui/dates'
import { ErrorSummary } from '~/ui/error-summary'
import { useLanguage, useTexts } from '~/ui/language'
import { askedInWords } from '~/ui/portal/asked-in-words'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'

export const meta: MetaFunction = (page) => pageTitle(page, 'identity:link.page')

/** What was asked, for whoever has the mail. Opening the page does nothing: mail scanners open links too. */
export async function loader({ params, context }: LoaderFunctionArgs) {
  languageParam(params)
  const { runtime } = context
  const asked = await askedByLink(runtime, params['token'] ?? '')
  if (!asked) return data({ asked: null }, { status: 404 })
  const zone = (await readOrganisation(runtime.db))['organisation.zone']
  return data({
    asked: {
      purpose: asked.purpose,
      email: asked.email,
      at: (asked.requests[0]?.receivedAt ?? asked.askedAt).toString(),
      zone,
      requests: asked.requests.map(({ kind, objectionTo }) => ({ kind, objectionTo })),
    },
  })
}

/** POST `answer` = yes: confirms, and signs in this browser only; no: closes what was asked. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const token = params['token'] ?? ''
  const { runtime } = context
  const read = await readForm(runtime, request)
  if (!read.ok) return data({ problem: 'forged' as const }, { status: read.status })
  const answer = read.form.get('answer')
  if (answer === 'no') {
    const disowned = await inTransaction(runtime, (tx) => disownByLink(tx, runtime, token))
    if (!disowned.ok) return data({ problem: 'gone' as const }, { status: 404 })
    return redirect(`/${language}/not-me`, 303)
  }
  if (answer !== 'yes') return data({ problem: 'unanswered' as const }, { status: 400 })
  const accepted = await inTransaction(runtime, (tx) => acceptLink(tx, runtime, token))
  if (!accepted.ok) return data({ problem: 'gone' as const }, { status: 404 })
  const headers = new Headers()
  headers.append('Set-Cookie', unbindBrowser(runtime))
  headers.append('Set-Cookie', accepted.sessionCookie)
  const [first] = accepted.confirmed
  return redirect(`/${language}/requests${first ? `/${first.reference}?receipt` : ''}`, { status: 303, headers })
}

export default function ConfirmByLink() {
  const { asked } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const t = useTexts()
  if (!asked || sent?.problem === 'gone') return <LinkIsGone />
  return (
    <>
      <h1>{t(`identity:link.${asked.purpose}.title`)}</h1>
      <ErrorSummary errors={{ '': sent ? t(`identity:link.${sent.problem}`) : undefined }} />
      <p className="lead">{t(`identity:link.${asked.purpose}.lead`)}</p>
      <dl className="facts">
        {asked.requests.length > 0 ? (
          <div>
            <dt>{t('identity:link.asked')}</dt>
            <dd>
              <ul>
                {asked.requests.map((each) => (
                  <li key={each.kind}>{askedInWords(each, t)}</li>
                ))}
              </ul>
            </dd>
          </div>
        ) : null}
        {asked.email ? (
          <div>
            <dt>{t('identity:link.address')}</dt>
            <dd>{asked.email}</dd>
          </div>
        ) : null}
        <div>
          <dt>{t('identity:link.at')}</dt>
          <dd>{momentInWords(asked.at, asked.zone, t)}</dd>
        </div>
      </dl>
      <form method="post">
        <Csrf />
        <p className="button-row">
          <Button name="answer" value="yes">
            {t(`identity:link.${asked.purpose}.yes`)}
          </Button>
          <Button look="quiet" name="answer" value="no">
            {t('identity:link.no')}
          </Button>
        </p>
      </form>
      <p className="field-hint">{t('identity:link.thisBrowser')}</p>
    </>
  )
}

function LinkIsGone() {
  const t = useTexts()
  const language = useLanguage()
  return (
    <>
      <h1>{t('identity:link.goneTitle')}</h1>
      <p className="lead">{t('identity:link.goneText')}</p>
      <p className="button-row">
        <ButtonLink href={`/${language}/sign-in`}>{t('portal:signIn.submit')}</ButtonLink>
        <ButtonLink look="quiet" href={`/${language}/requests/new`}>
          {t('portal:verify.form')}
        </ButtonLink>
      </p>
    </>
  )
}
