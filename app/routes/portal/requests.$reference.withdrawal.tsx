import { useActionData, useLoaderData } from '@remix-run/react'
import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { readForm } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { requestOfAddress } from '~/requests/of-address.server'
import { viewOwnRequest } from '~/requests/subject-view.server'
import { withdrawRequest } from '~/requests/withdraw.server'
import { Button, ButtonLink } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { useLanguage, useTexts } from '~/ui/language'
import { askedInWords } from '~/ui/portal/asked-in-words'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'
import { requireSubject } from './require-subject.server'

export const meta: MetaFunction = (page) => pageTitle(page, 'status:stop.title')

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const language = languageParam(params)
  const reference = params['reference'] ?? ''
  const { emailIndex } = await requireSubject(context, request, language, reference)
  const view = await viewOwnRequest(context.runtime, emailIndex, reference, language)
  if (!view) throw new Response(null, { status: 404 })
  return { reference: view.reference, kind: view.kind, objectionTo: view.objectionTo, mayStop: view.mayStop }
}

/** POST: stops the request, if it is the person's own and can still be stopped. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const reference = params['reference'] ?? ''
  const { runtime } = context
  const { emailIndex } = await requireSubject(context, request, language, reference)
  const read = await readForm(runtime, request)
  if (!read.ok) return data({ problem: 'formTooOld' as const }, { status: read.status })
  const row = await requestOfAddress(runtime.db, emailIndex, reference)
  if (!row) throw new Response(null, { status: 404 })
  const stopped = await inTransaction(runtime, (tx) =>
    withdrawRequest(tx, runtime, { requestId: row.id, actor: { kind: 'subject' }, mover: 'subject' }),
  )
  if (!stopped.ok) return data({ problem: 'stop.tooLate' as const }, { status: 400 })
  return redirect(`/${language}/requests/${reference}?said=stopped`, 303)
}

export default function StopRequest() {
  const page = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const t = useTexts()
  const language = useLanguage()
  const back = `/${language}/requests/${page.reference}`
  const mayStop = page.mayStop && sent?.problem !== 'stop.tooLate'
  return (
    <>
      <h1>{t(mayStop ? 'status:stop.question' : 'status:stop.title')}</h1>
      <ErrorSummary errors={{ '': sent ? t(`status:${sent.problem}`) : undefined }} />
      <p className="lead">
        {askedInWords(page, t)} · <span className="reference">{page.reference}</span>
      </p>
      <p>{t(mayStop ? 'status:stop.consequence' : 'status:stop.tooLate')}</p>
      <div className="button-row">
        {mayStop ? (
          <form method="post" action={`${back}/withdrawal`}>
            <Csrf />
            <Button look="danger">{t('status:stop.yes')}</Button>
          </form>
        ) : null}
        <ButtonLink look="quiet" href={back}>
          {t(mayStop ? 'status:stop.no' : 'status:back')}
        </ButtonLink>
      </div>
    </>
  )
}
