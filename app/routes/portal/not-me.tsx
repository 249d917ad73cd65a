import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { useTexts } from '~/ui/language'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'

export const meta: MetaFunction = (page) => pageTitle(page, 'identity:notMe.page')

/** What happened after "that was not me". It says nothing of anybody, so that everyone may read it. */
export function loader({ request, params }: LoaderFunctionArgs) {
  languageParam(params)
  return { notice: new URL(request.url).searchParams.has('notice') }
}

export default function NotMe() {
  const t = useTexts()
  const { notice } = useLoaderData<typeof loader>()
  return (
    <>
      <h1>{t('identity:notMe.title')}</h1>
      <p className="lead">{t(notice ? 'identity:notMe.noticeLead' : 'identity:notMe.lead')}</p>
      <p>{t(notice ? 'identity:notMe.noticeText' : 'identity:notMe.text')}</p>
    </>
  )
}
