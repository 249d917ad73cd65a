import { useLoaderData } from '@remix-run/react'
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { readOrganisation } from '~/platform/organisation.server'
import { requestDeadline } from '~/requests/dates.server'
import { dateInWords } from '~/ui/dates'
import { useLanguage, useTexts } from '~/ui/language'
import { ButtonLink } from '~/ui/button'
import { TermBar } from '~/ui/term-bar'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'

export const meta: MetaFunction = (page) => pageTitle(page, 'portal:home.page')

export async function loader({ params, context }: LoaderFunctionArgs) {
  languageParam(params)
  const { runtime } = context
  const organisation = await readOrganisation(runtime.db)
  const now = runtime.clock.now()
  // What the term would be of a request that is made now.
  const deadline = await requestDeadline(organisation, {
    kind: 'access',
    receivedAt: now,
    now,
    pauses: [],
    extension: null,
  })
  return {
    name: organisation['organisation.name'],
    today: deadline.receivedOn.toString(),
    dueOn: deadline.dueOn.toString(),
  }
}

const others = [
  'access',
  'erasure',
  'rectification',
  'objection',
  'consent_withdrawal',
  'portability',
  'restriction',
] as const

export default function Home() {
  const { name, today, dueOn } = useLoaderData<typeof loader>()
  const t = useTexts()
  const language = useLanguage()
  const form = `/${language}/requests/new`
  return (
    <>
      <h1>{t('portal:home.title', { organisation: name })}</h1>
      <p className="lead">{t('portal:home.lead')}</p>
      <section className="promise">
        <p>{t('portal:home.term', { date: dateInWords(dueOn, t) })}</p>
        <TermBar size="large" receivedOn={today} dueOn={dueOn} today={today} decorative />
        <p className="promise-free">{t('portal:home.free')}</p>
      </section>
      <h2>{t('portal:home.choose')}</h2>
      <ul className="doors">
        <Door
          href={`${form}?kind=objection&objectionTo=direct_marketing`}
          label={t('portal:home.marketing')}
          about={t('portal:home.about.marketing')}
        />
        {others.map((kind) => (
          <Door
            key={kind}
            href={`${form}?kind=${kind}`}
            label={t(`portal:kind.${kind}`)}
            about={t(`portal:home.about.${kind}`)}
          />
        ))}
      </ul>
      <h2>{t('portal:home.stepsTitle')}</h2>
      <ol className="steps">
        <li>{t('portal:home.steps.one')}</li>
        <li>{t('portal:home.steps.two')}</li>
        <li>{t('portal:home.steps.three')}</li>
      </ol>
      <p>{t('portal:home.noId')}</p>
      <h2>{t('portal:home.backTitle')}</h2>
      <p>{t('portal:home.backText')}</p>
      <p className="button-row">
        <ButtonLink look="quiet" href={`/${language}/requests`}>
          {t('portal:home.back')}
        </ButtonLink>
      </p>
    </>
  )
}

function Door({ href, label, about }: { href: string; label: string; about: string }) {
  return (
    <li>
      <a href={href}>
        <span className="door-label">{label}</span>
      </a>
      <p>{about}</p>
    </li>
  )
}
