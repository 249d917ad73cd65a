import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { may } from '~/staff/permissions'
import { requireStaff } from '~/staff/require-staff.server'
import { readRegister } from '~/systems/register.server'
import { ButtonLink } from '~/ui/button'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { activityInWords, registerColumns } from './register.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'systems.read')
  const language = languageOfRequest(request)
  const t = translatorFor(language)
  return {
    title: t('register:title'),
    language,
    columns: registerColumns,
    mayManage: may(staff.role, 'systems.manage'),
    activities: (await readRegister(context.runtime.db, language)).map((activity) => ({
      key: activity.activity,
      words: activityInWords(activity, t),
    })),
  }
}

export default function Register() {
  const t = useTexts()
  const { title, language, columns, mayManage, activities } = useLoaderData<typeof loader>()
  return (
    <>
      <div className="page-head">
        <h1>{title}</h1>
        {mayManage ? <ButtonLink href="/desk/register/new">{t('register:add')}</ButtonLink> : null}
      </div>
      <p>{t('register:lead')}</p>
      <p>
        <a href="/desk/register.csv" download>
          {t('register:csv')}
        </a>{' '}
        ·{' '}
        <a href="/desk/register.pdf" download>
          {t('register:pdf')}
        </a>{' '}
        · <a href={`/${language}/privacy`}>{t('register:public')}</a>
      </p>
      {activities.map(({ key, words }) => (
        <section key={key} aria-labelledby={`activity-${key}`}>
          <h2 id={`activity-${key}`}>{words.activity}</h2>
          <dl className="facts">
            {columns
              .filter((column) => column !== 'activity' && words[column] !== '')
              .map((column) => (
                <div key={column}>
                  <dt>{t(`register:column.${column}`)}</dt>
                  <dd>{words[column]}</dd>
                </div>
              ))}
          </dl>
          {mayManage ? (
            <p>
              <a
                href={`/desk/register/${encodeURIComponent(key)}`}
                aria-label={t('register:editTitle', { activity: words.activity })}
              >
                {t('register:edit')}
              </a>
            </p>
          ) : null}
        </section>
      ))}
    </>
  )
}
