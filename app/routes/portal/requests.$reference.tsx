import { useLoaderData } from '@remix-run/react'
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { packageOffer } from '~/access/offer.server'
import { dayOf } from '~/deadlines/pauses'
import { recipientsOf } from '~/erasure/elsewhere/on-certificate.server'
import { resultForSubject } from '~/erasure/result.server'
import { isFreshlyProven } from '~/identity/session.server'
import { typedBefore } from '~/identity/typed-draft.server'
import { readOrganisation } from '~/platform/organisation.server'
import { viewOwnRequest } from '~/requests/subject-view.server'
import { useLanguage, useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { askedInWords } from '~/ui/portal/asked-in-words'
import { Download } from '~/ui/portal/download'
import { ErasureResult } from '~/ui/portal/erasure-result'
import { Receipt } from '~/ui/portal/receipt'
import { Asked, Conversation, DeskAnswer, MoreIdentity, Refusal, Stop, Timeline } from '~/ui/portal/request-parts'
import { RequestList } from '~/ui/portal/request-list'
import { Status } from '~/ui/portal/status'
import { Unconfirmed } from '~/ui/portal/unconfirmed'
import { ToldRecipients } from '~/ui/portal/told-recipients'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'
import { placeOf, requireSubject } from './require-subject.server'

export const meta: MetaFunction = (page) =>
  pageTitle(page, 'status:page', { reference: page.params['reference'] ?? '' })

/** One request of the person who looks. Another's and an unknown one are the same page: it does not exist. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const language = languageParam(params)
  const reference = params['reference'] ?? ''
  const session = await requireSubject(context, request, language, reference)
  const { runtime } = context
  const view = await viewOwnRequest(runtime, session.emailIndex, reference, language)
  if (!view) throw new Response(null, { status: 404 })
  const organisation = await readOrganisation(runtime.db)
  const offered = await packageOffer(runtime.db, runtime, view.id)
  const search = new URL(request.url).searchParams
  return {
    view,
    result: view.kind === 'erasure' ? await resultForSubject(runtime.db, view.id, language) : null,
    recipients: await recipientsOf(runtime.db, view.id, language),
    offer: offered && {
      path: isFreshlyProven(runtime, session) ? offered.path : null,
      until: dayOf(offered.expiresAt, organisation['organisation.zone']).toString(),
    },
    typed: await typedBefore(runtime.db, runtime, request, placeOf('answer', reference)),
    session: { until: session.endsAt.toString(), zone: organisation['organisation.zone'] },
    receipt: search.has('receipt'),
    said: search.get('said'),
    signInUrl: `${runtime.publicUrl}/${language}/requests`,
    authority: organisation['organisation.authority'][language],
    remedies: organisation['organisation.kind'],
    // By its kind alone: what was found of the person shows nowhere.
    asksIdentity: view.mayStop && organisation['identity.levelTwoKinds'].includes(view.kind),
  }
}

/** What was just done on another page. */
const saidWords: Record<string, string> = {
  answered: 'status:messages.sent',
  stopped: 'status:stop.done',
  identity: 'identity:more.sent',
}

export default function OwnRequest() {
  const loaded = useLoaderData<typeof loader>()
  const { view, result, recipients, offer, receipt, said, signInUrl, authority, remedies, asksIdentity } = loaded
  const { typed, session } = loaded
  const t = useTexts()
  const language = useLanguage()
  return (
    <>
      <p className="way-back">
        <a href={`/${language}/requests`}>{t('status:back')}</a>
      </p>
      {said && Object.hasOwn(saidWords, said) ? <Notice>{t(saidWords[said] ?? '')}</Notice> : null}
      {receipt ? <Receipt requests={[view, ...view.siblings]} signInUrl={signInUrl} /> : null}
      <header className="request-header">
        {receipt ? <h2>{askedInWords(view, t)}</h2> : <h1>{askedInWords(view, t)}</h1>}
        <p>
          {t('status:reference')} <span className="reference">{view.reference}</span>
        </p>
      </header>
      <Status view={view} />
      <Unconfirmed view={view} />
      <Download reference={view.reference} offer={offer} />
      <ErasureResult result={result} />
      <ToldRecipients recipients={recipients} />
      <DeskAnswer answer={view.answer} />
      <Refusal refusal={view.refusal} authority={authority} remedies={remedies} />
      <Conversation view={view} typed={typed['text']} session={session} />
      <Timeline steps={view.timeline} />
      <Asked asked={view.asked} />
      {view.siblings.length > 0 && !receipt ? (
        <section>
          <h2>{t('status:siblings')}</h2>
          <RequestList requests={view.siblings} />
        </section>
      ) : null}
      {asksIdentity ? <MoreIdentity reference={view.reference} /> : null}
      {view.mayStop ? <Stop reference={view.reference} /> : null}
    </>
  )
}
