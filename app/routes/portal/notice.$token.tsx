import { useActionData, useLoaderData } from '@remix-run/react'
import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { disownByNotice, noticedRequest } from '~/identity/notices.server'
import { readForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { momentInWords } from '~/ui/dates'
import { ErrorSummary } from '~/ui/error-summary'
import { useTexts } from '~/ui/language'
import { askedInWords } from '~/ui/portal/asked-in-words'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'

export const meta: MetaFunction = (page) => pageTitle(page, 'identity:notice.page')

/** What was asked, for whoever has the notice. Opening the page does nothing: mail scanners open links too. */
export async function loader({ params, context }: LoaderFunctionArgs) {
  languageParam(params)
  const { runtime } = context
  const noticed = await noticedRequest(runtime.db, runtime, params['token'] ?? '')
  if (!noticed) return data({ noticed: null, zone: '' }, { status: 404 })
  return data({ noticed, zone: (await readOrganisation(runtime.db))['organisation.zone'] })
}

/** POST: "that was not me"; nothing is released until staff looked into it. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const { runtime } = context
  const read = await readForm(runtime, request)
  if (!read.ok) return data({ problem: 'forged' as const }, { status: read.status })
  const disowned = await inTransaction(runtime, (tx) => disownByNotice(tx, runtime, params['token'] ?? ''))
  if (!disowned.ok) return data({ problem: 'gone' as const }, { status: 404 })
  return redirect(`/${language}/not-me?notice`, 303)
}

export default function Notice() {
  const { noticed, zone } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const t = useTexts()
  if (!noticed)
    return (
      <>
        <h1>{t('identity:link.goneTitle')}</h1>
        <p className="lead">{t('identity:notice.gone')}</p>
      </>
    )
  return (
    <>
      <h1>{t('identity:notice.title')}</h1>
      <ErrorSummary errors={{ '': sent ? t(`identity:link.${sent.problem}`) : undefined }} />
      <p className="lead">{t('identity:notice.lead')}</p>
      <dl className="facts">
        <div>
          <dt>{t('identity:link.asked')}</dt>
          <dd>{askedInWords({ kind: noticed.kind, objectionTo: null }, t)}</dd>
        </div>
        <div>
          <dt>{t('identity:link.at')}</dt>
          <dd>{momentInWords(noticed.receivedAt, zone, t)}</dd>
        </div>
      </dl>
      {noticed.answered ? (
        <p>{t('identity:notice.answered')}</p>
      ) : (
        <>
          <p>{t('identity:notice.mine')}</p>
          <form method="post">
            <Csrf />
            <p className="button-row">
              <Button>{t('identity:link.no')}</Button>
            </p>
          </form>
        </>
      )}
    </>
  )
}
