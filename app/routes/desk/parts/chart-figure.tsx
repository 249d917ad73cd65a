import { BarChart } from '~/ui/bar-chart'
import { tableOf } from '~/ui/chart'
import type { Chart } from '~/ui/chart'
import { useTexts } from '~/ui/language'
import type { ChartName } from '../reports.server'

/** A chart with what it is about, its legend, its figures as a table and as a file. */
export function ChartFigure({ name, chart }: { name: ChartName; chart: Chart }) {
  const t = useTexts()
  const [head = [], ...rows] = tableOf(chart)
  const isEmpty = chart.rows.every(({ values }) => values.every((value) => !value))
  return (
    <section className="chart-figure" aria-labelledby={`chart-${name}`}>
      <h2 id={`chart-${name}`}>{chart.name}</h2>
      <p className="soft">{t(`reports:${name}.about`)}</p>
      {isEmpty ? <p className="empty">{t('reports:empty')}</p> : <BarChart chart={chart} name={chart.name} />}
      {chart.series.length > 1 ? (
        <ul className="chart-legend">
          {chart.series.map((series, place) => (
            <li key={series}>
              <svg width="12" height="12" aria-hidden>
                <rect className={`chart-series-${place}`} width="12" height="12" />
              </svg>{' '}
              {series}
            </li>
          ))}
        </ul>
      ) : null}
      <details>
        <summary>{t('reports:table')}</summary>
        <div className="table-frame" role="region" aria-label={chart.name} tabIndex={0}>
          <table className="dense">
            <thead>
              <tr>
                {head.map((cell, place) => (
                  <th key={cell} scope="col" className={place > 0 ? 'number' : undefined}>
                    {cell}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([label, ...cells]) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {cells.map((cell, place) => (
                    <td key={head[place + 1]} className="number">
                      {cell === null ? '–' : chart.unit === 'percent' && place === 0 ? `${cell} %` : cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      <p>
        <a href={`/desk/reports.csv?chart=${name}`} download>
          {t('reports:file')}
        </a>
      </p>
    </section>
  )
}
