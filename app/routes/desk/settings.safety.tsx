import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { safetyLines } from './safety.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'settings.read')
  const t = translatorFor(languageOfRequest(request))
  return { title: t('safety:title'), lines: await safetyLines(context.runtime, t) }
}

export default function Safety() {
  const t = useTexts()
  const { title, lines } = useLoaderData<typeof loader>()
  const open = lines.filter(({ inOrder }) => !inOrder).length
  return (
    <>
      <div className="page-head">
        <h1>{title}</h1>
        <a href="/desk/settings">{t('desk:settings.title')}</a>
      </div>
      <p>{open === 0 ? t('safety:allGood') : t('safety:open', { count: open })}</p>
      <p>
        <a href="/desk/settings/safety.csv" download>
          {t('register:csv')}
        </a>{' '}
        ·{' '}
        <a href="/desk/settings/safety.pdf" download>
          {t('register:pdf')}
        </a>
      </p>
      <div className="table-frame" role="region" aria-label={title} tabIndex={0}>
        <table className="dense">
          <thead>
            <tr>
              {['standing', 'system', 'what'].map((column) => (
                <th key={column} scope="col">
                  {t(`safety:column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ check, system, inOrder, text }) => (
              <tr key={`${check} ${system ?? ''}`}>
                <td>{t(inOrder ? 'safety:good' : 'safety:look')}</td>
                <td>{system ? <a href={`/desk/systems/${system}`}>{system}</a> : null}</td>
                <td>{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
