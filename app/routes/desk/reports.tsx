import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { deskToday } from '~/requests/case-view.server'
import { weeklyFigures } from '~/requests/figures.server'
import { requestKinds } from '~/requests/kinds'
import { requireStaff } from '~/staff/require-staff.server'
import { shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'

const weeks = 12

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'reports.read')
  const { today, zone } = await deskToday(context.runtime)
  const since = today.subtract({ days: today.dayOfWeek - 1 + 7 * (weeks - 1) })
  return {
    title: translatorFor(languageOfRequest(request))('desk:reports.title'),
    figures: await weeklyFigures(context.runtime.db, { since, zone }),
  }
}

export default function Reports() {
  const t = useTexts()
  const { figures } = useLoaderData<typeof loader>()
  const sum = (of: 'received' | 'closed' | 'onTime') => figures.reduce((total, week) => total + week[of], 0)
  const highest = Math.max(1, ...figures.map((week) => week.received))
  return (
    <>
      <div className="page-head">
        <h1>{t('desk:reports.title')}</h1>
      </div>
      <dl className="figures">
        <div>
          <dt>{t('desk:reports.received', { count: weeks })}</dt>
          <dd>{sum('received')}</dd>
        </div>
        <div>
          <dt>{t('desk:reports.closed')}</dt>
          <dd>{sum('closed')}</dd>
        </div>
        <div>
          <dt>{t('desk:reports.onTime')}</dt>
          <dd>{share(sum('onTime'), sum('closed'))}</dd>
        </div>
      </dl>
      {figures.length === 0 ? (
        <p className="empty">{t('desk:reports.empty')}</p>
      ) : (
        <div className="table-frame" role="region" aria-label={t('desk:reports.title')} tabIndex={0}>
          <table className="dense">
            <thead>
              <tr>
                <th scope="col">{t('desk:reports.week')}</th>
                <th scope="col">{t('desk:reports.chart')}</th>
                <th scope="col" className="number">
                  {t('desk:reports.total')}
                </th>
                {requestKinds.map((kind) => (
                  <th key={kind} scope="col" className="number">
                    {t(`common:kind.${kind}`)}
                  </th>
                ))}
                <th scope="col" className="number">
                  {t('desk:reports.onTime')}
                </th>
              </tr>
            </thead>
            <tbody>
              {figures.map((week) => (
                <tr key={week.week}>
                  <th scope="row">{shortDate(week.week, t)}</th>
                  <td>
                    <svg className="bar" width="160" height="12" aria-hidden>
                      <rect width={`${(100 * week.received) / highest}%`} height="12" />
                    </svg>
                  </td>
                  <td className="number">{week.received}</td>
                  {requestKinds.map((kind) => (
                    <td key={kind} className="number">
                      {week.byKind[kind] ?? 0}
                    </td>
                  ))}
                  <td className="number">{share(week.onTime, week.closed)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`
}
