import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useTexts } from '~/ui/language'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'

export const meta: MetaFunction = (page) => pageTitle(page, 'identity:notMe.page')

/** What happened after "that was not me". It says nothing of anybody, so that everyone may read it. */
export function loader({ params }: LoaderFunctionArgs) {
  languageParam(params)
  return null
}

export default function NotMe() {
  const t = useTexts()
  return (
    <>
      <h1>{t('identity:notMe.title')}</h1>
      <p className="lead">{t('identity:notMe.lead')}</p>
      <p>{t('identity:notMe.text')}</p>
    </>
  )
}
