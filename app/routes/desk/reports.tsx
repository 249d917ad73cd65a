import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { aloneFigures } from '~/erasure/alone-approvals.server'
import { translatorFor } from '~/locales/translate'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { ChartFigure } from './parts/chart-figure'
import { chartNames, reportCharts } from './reports.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'reports.read')
  const t = translatorFor(languageOfRequest(request))
  const charts = await reportCharts(context.runtime, t)
  const alone = await aloneFigures(context.runtime.db)
  return { title: t('desk:reports.title'), alone, charts: chartNames.map((name) => ({ name, chart: charts[name] })) }
}

export default function Reports() {
  const t = useTexts()
  const { title, alone, charts } = useLoaderData<typeof loader>()
  return (
    <>
      <div className="page-head">
        <h1>{title}</h1>
      </div>
      <p>{t('reports:lead')}</p>
      <p>
        {t('approval:reviews.figures', alone)} <a href="/desk/reviews">{t('approval:reviews.title')}</a>
      </p>
      <div className="charts">
        {charts.map(({ name, chart }) => (
          <ChartFigure key={name} name={name} chart={chart} />
        ))}
      </div>
    </>
  )
}
