import { useId } from 'react'
import type { Chart } from './chart'

/** Heights in px; widths are percentages, so that letters keep their size. */
const height = 180
const foot = 24
const head = 16

type Bar = { series: number; from: number; to: number }

/**
 * Upright bars, one for each row, its series on top of each other: drawn by the server, without script. What it says stands
 * in the table beside it, so that its name is enough for who can't see it.
 */
export function BarChart({ chart, name }: { chart: Chart; name: string }) {
  const id = useId()
  const { rows, highest } = chart
  const scale = (height - foot - head) / highest
  const step = 100 / Math.max(1, rows.length)
  // Labels that would touch each other are left out; the table has all of them.
  const every = Math.ceil(rows.length / 7)
  return (
    <svg className="chart" width="100%" height={height} role="img" aria-labelledby={id}>
      <title id={id}>{name}</title>
      <line className="chart-axis" x1="0" x2="100%" y1={height - foot} y2={height - foot} />
      {rows.map((row, place) => {
        const sum = row.values.reduce<number>((total, value) => total + (value ?? 0), 0)
        return (
          <g key={row.label}>
            {stacked(row.values).map(({ series, from, to }) => (
              <rect
                key={series}
                className={`chart-series-${series}`}
                x={`${place * step + step * 0.15}%`}
                width={`${step * 0.7}%`}
                y={height - foot - to * scale}
                height={(to - from) * scale}
              />
            ))}
            {sum > 0 ? (
              <text className="chart-number" x={`${(place + 0.5) * step}%`} y={height - foot - sum * scale - 4}>
                {sum}
              </text>
            ) : null}
            {place % every === 0 ? (
              <text className="chart-label" x={`${(place + 0.5) * step}%`} y={height - 6}>
                {row.short}
              </text>
            ) : null}
          </g>
        )
      })}
    </svg>
  )
}

function stacked(values: Chart['rows'][number]['values']): Bar[] {
  let top = 0
  return values.flatMap((value, series) => {
    if (!value) return []
    const from = top
    top += value
    return [{ series, from, to: top }]
  })
}
