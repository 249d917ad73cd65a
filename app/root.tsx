import {
  Links,
  Meta,
  Outlet,
  Scripts,
  isRouteErrorResponse,
  useLoaderData,
  useMatches,
  useRouteError,
  useRouteLoaderData,
} from '@remix-run/react'
import { data } from '@remix-run/node'
import type { LoaderFunctionArgs } from '@remix-run/node'
import type { ReactNode } from 'react'
import type { LanguageCode } from '~/locales/translate'
import { translatorFor } from '~/locales/translate'
import { icon } from '~/ui/icon'
import { LanguageProvider } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'

export async function loader({ request, context }: LoaderFunctionArgs) {
  return data({
    language: languageOfRequest(request),
    csrf: context.csrf,
    nonce: context.nonce,
    demo: context.runtime.demo,
    requestId: context.requestId,
  })
}

/** The desk carries scripts, the portal none: a route says so by `handle = {scripts: true}`. */
function pageHasScripts(matches: ReturnType<typeof useMatches>): boolean {
  return matches.some((match) => typeof match.handle === 'object' && match.handle !== null && 'scripts' in match.handle)
}

export function Layout({ children }: { children: ReactNode }) {
  const loaded = useRouteLoaderData<typeof loader>('root')
  const matches = useMatches()
  const language: LanguageCode = loaded?.language ?? 'nl'
  return (
    <html lang={language}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href={icon} />
        <Meta />
        <Links />
      </head>
      <body>
        <LanguageProvider language={language}>{children}</LanguageProvider>
        {pageHasScripts(matches) && loaded ? <Scripts nonce={loaded.nonce} /> : null}
      </body>
    </html>
  )
}

export default function Root() {
  useLoaderData<typeof loader>()
  return <Outlet />
}

const keyOfStatus: Record<number, string> = {
  400: 'badRequest',
  403: 'forbidden',
  404: 'notFound',
  429: 'tooMany',
  503: 'unavailable',
}

export function ErrorBoundary() {
  const error = useRouteError()
  const loaded = useRouteLoaderData<typeof loader>('root')
  const t = translatorFor(loaded?.language ?? 'nl')
  const key = (isRouteErrorResponse(error) && keyOfStatus[error.status]) || 'unexpected'
  return (
    <main className="plain-page">
      <h1>{t(`errors:${key}.title`)}</h1>
      <p>{t(`errors:${key}.text`, { requestId: loaded?.requestId ?? '' })}</p>
      <p>
        <a href="/">←</a>
      </p>
    </main>
  )
}
