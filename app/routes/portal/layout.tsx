import { Outlet, isRouteErrorResponse, useLoaderData, useRouteError, useRouteLoaderData } from '@remix-run/react'
import { data } from '@remix-run/node'
import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { readSession } from '~/identity/session.server'
import { translatorFor } from '~/locales/translate'
import { readOrganisation } from '~/platform/organisation.server'
import { useLanguage, useTexts } from '~/ui/language'
import { PortalFrame } from '~/ui/portal/frame'
import portalStyles from '~/ui/portal.css?url'
import { languageParam } from './language-param'

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: portalStyles },
  { rel: 'stylesheet', href: '/theme.css' },
]

export const meta: MetaFunction<typeof loader> = ({ error, params }) => {
  if (!error) return []
  return [{ title: translatorFor(params['lng'] === 'en' ? 'en' : 'nl')(`errors:${keyOf(error)}.title`) }]
}

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const language = languageParam(params)
  const { runtime } = context
  const organisation = await readOrganisation(runtime.db)
  return data(
    {
      name: organisation['organisation.name'],
      contact: organisation['organisation.contact'],
      officer: organisation['organisation.privacyOfficer'],
      signedIn: (await readSession(runtime, request)) !== null,
      demo: runtime.demo,
    },
    // The choice is remembered for a year; it says nothing of the person.
    { headers: { 'Set-Cookie': `language=${language}; Path=/; Max-Age=31536000; SameSite=Lax` } },
  )
}

export default function PortalLayout() {
  return (
    <PortalFrame organisation={useLoaderData<typeof loader>()}>
      <Outlet />
    </PortalFrame>
  )
}

const keyOfStatus: Record<number, string> = { 400: 'badRequest', 404: 'notFound', 429: 'tooMany' }

function keyOf(error: unknown): string {
  return (isRouteErrorResponse(error) && keyOfStatus[error.status]) || 'unexpected'
}

export function ErrorBoundary() {
  const t = useTexts()
  const language = useLanguage()
  const organisation = useRouteLoaderData<typeof loader>('routes/portal/layout')
  const root = useRouteLoaderData<{ requestId: string }>('root')
  const key = keyOf(useRouteError())
  const frame = organisation ?? { name: '', contact: '', officer: '', signedIn: false, demo: false }
  return (
    <PortalFrame organisation={frame}>
      <h1>{t(`errors:${key}.title`)}</h1>
      <p className="lead">{t(`errors:${key}.text`, { requestId: root?.requestId ?? '' })}</p>
      <p>
        <a href={`/${language}`}>{t('portal:home.page')}</a>
      </p>
    </PortalFrame>
  )
}
