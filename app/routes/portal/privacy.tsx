import { useLoaderData } from '@remix-run/react'
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { readOrganisation } from '~/platform/organisation.server'
import { readRegister } from '~/systems/register.server'
import { useTexts } from '~/ui/language'
import { ProcessingActivity } from '~/ui/portal/processing-activity'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'

export const meta: MetaFunction = (page) => pageTitle(page, 'portal:privacy.page')

/** Public: what the organisation does with personal data, as its register says it. */
export async function loader({ params, context }: LoaderFunctionArgs) {
  const language = languageParam(params)
  const { runtime } = context
  const organisation = await readOrganisation(runtime.db)
  return {
    name: organisation['organisation.name'],
    authority: organisation['organisation.authority'][language],
    activities: (await readRegister(runtime.db, language))
      .filter(({ isPublic }) => isPublic)
      // Of the connected systems a stranger learns nothing.
      .map(({ systems: _systems, ...activity }) => activity),
  }
}

export default function Privacy() {
  const { name, authority, activities } = useLoaderData<typeof loader>()
  const t = useTexts()
  return (
    <>
      <h1>{t('portal:privacy.title', { organisation: name })}</h1>
      <p className="lead">{t('portal:privacy.lead')}</p>
      {activities.length === 0 ? <p>{t('portal:privacy.none')}</p> : null}
      {activities.map((activity) => (
        <ProcessingActivity key={activity.activity} activity={activity} />
      ))}
      <h2>{t('portal:privacy.rightsTitle')}</h2>
      <p>{t('portal:privacy.rights')}</p>
      <p>{t('portal:privacy.complaint', { authority })}</p>
    </>
  )
}
