/** A chart as its drawing, its table and its file show it. Words are in the reader's language. */
export type Chart = {
  name: string
  unit: 'count' | 'percent'
  /** What the first column of the table is called. */
  of: string
  series: string[]
  /** One bar each; null: there is nothing to say. `short` stands below the bar. */
  rows: { label: string; short: string; values: (number | null)[] }[]
  /** Columns that the table has besides. */
  more?: { name: string; values: number[] }[]
  /** What the highest bar reaches up to. */
  highest: number
}

/** The table of a chart as rows of cells, its head first. */
export function tableOf(chart: Chart): (string | number | null)[][] {
  const more = chart.more ?? []
  return [
    [chart.of, ...chart.series, ...more.map(({ name }) => name)],
    ...chart.rows.map(({ label, values }, place) => [
      label,
      ...values,
      ...more.map((column) => column.values[place] ?? null),
    ]),
  ]
}

/** The sum of the longest bar, at least 1. */
export function highestOf(rows: readonly { values: readonly (number | null)[] }[]): number {
  return Math.max(1, ...rows.map(({ values }) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0)))
}
