import { useLoaderData } from '@remix-run/react'
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { dayOf } from '~/deadlines/pauses'
import { readOrganisation } from '~/platform/organisation.server'
import { requestsOfAddress } from '~/requests/of-address.server'
import { listed } from '~/requests/subject-view.server'
import { Button, ButtonLink } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useLanguage, useTexts } from '~/ui/language'
import { RequestList } from '~/ui/portal/request-list'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'
import { requireSubject } from './require-subject.server'

export const meta: MetaFunction = (page) => pageTitle(page, 'portal:requests.page')

/** The requests of the address that was proven in this session. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const language = languageParam(params)
  const { emailIndex } = await requireSubject(context, request, language)
  const { runtime } = context
  const zone = (await readOrganisation(runtime.db))['organisation.zone']
  const today = dayOf(runtime.clock.now(), zone).toString()
  const rows = await requestsOfAddress(runtime.db, emailIndex)
  return { requests: rows.map((row) => listed(row, today, zone)) }
}

export default function OwnRequests() {
  const { requests } = useLoaderData<typeof loader>()
  const t = useTexts()
  const language = useLanguage()
  return (
    <>
      <h1>{t('portal:requests.title')}</h1>
      {requests.length > 0 ? <RequestList requests={requests} /> : <p className="lead">{t('portal:requests.none')}</p>}
      <p className="button-row">
        <ButtonLink href={`/${language}/requests/new`}>{t('portal:requests.new')}</ButtonLink>
      </p>
      <p className="field-hint">{t('portal:requests.idle')}</p>
      <form method="post" action={`/${language}/sign-out`}>
        <Csrf />
        <input type="hidden" name="everywhere" value="yes" />
        <p>{t('portal:requests.everywhereText')}</p>
        <p className="button-row">
          <Button look="quiet">{t('portal:requests.everywhere')}</Button>
        </p>
      </form>
    </>
  )
}
