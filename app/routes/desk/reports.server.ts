import type { Translate } from '~/locales/translate'
import type { Runtime } from '~/platform/runtime.server'
import { deskToday } from '~/requests/case-view.server'
import { ageLimits, agesOfOpen, comingDeadlines, weeklyFigures } from '~/requests/figures.server'
import type { WeekFigures } from '~/requests/figures.server'
import { requestKinds } from '~/requests/kinds'
import { endingByMonth } from '~/retention/forecast.server'
import { highestOf } from '~/ui/chart'
import type { Chart } from '~/ui/chart'
import { shortDate } from '~/ui/dates'

const weeks = 12

export const chartNames = ['received', 'onTime', 'ages', 'deadlines', 'terms'] as const
export type ChartName = (typeof chartNames)[number]

/** The figures of the organisation as charts, in the reader's language. */
export async function reportCharts(runtime: Runtime, t: Translate): Promise<Record<ChartName, Chart>> {
  const { db } = runtime
  const { today, zone } = await deskToday(runtime)
  const since = today.subtract({ days: today.dayOfWeek - 1 + 7 * (weeks - 1) })
  const [weekly, ages, coming, ending] = await Promise.all([
    weeklyFigures(db, { since, today, zone }),
    agesOfOpen(db, today),
    comingDeadlines(db, today),
    endingByMonth(db, today),
  ])
  const text = (key: string) => t(`reports:${key}`)
  const counts = (chart: Omit<Chart, 'unit' | 'highest'>): Chart => ({
    ...chart,
    unit: 'count',
    highest: highestOf(chart.rows),
  })
  const ends = [...ageLimits, null]
  return {
    received: counts({
      name: text('received.name'),
      of: text('week'),
      series: requestKinds.map((kind) => t(`common:kind.${kind}`)),
      rows: weekly.map((week) => ({
        ...weekLabels(week, t),
        values: requestKinds.map((kind) => week.byKind[kind] ?? 0),
      })),
    }),
    onTime: {
      name: text('onTime.name'),
      unit: 'percent',
      of: text('week'),
      series: [text('onTime.share')],
      rows: weekly.map((week) => ({
        ...weekLabels(week, t),
        values: [week.due === 0 ? null : Math.floor((100 * week.onTime) / week.due)],
      })),
      more: [
        { name: text('onTime.due'), values: weekly.map(({ due }) => due) },
        { name: text('onTime.inTime'), values: weekly.map(({ onTime }) => onTime) },
      ],
      highest: 100,
    },
    ages: counts({
      name: text('ages.name'),
      of: text('ages.age'),
      series: [text('cases')],
      rows: ends.map((last, place) => {
        const first = place === 0 ? 0 : (ends[place - 1] ?? 0) + 1
        const label = last === null ? t('reports:ages.beyond', { first }) : t('reports:ages.days', { first, last })
        return { label, short: last === null ? `${first}+` : `${first}–${last}`, values: [ages[place] ?? 0] }
      }),
    }),
    deadlines: counts({
      name: text('deadlines.name'),
      of: text('deadlines.day'),
      series: [text('cases')],
      rows: [
        { label: text('deadlines.overdue'), short: text('deadlines.overdue'), values: [coming.overdue] },
        ...coming.days.map(({ on, cases }) => ({ ...dayLabels(on.toString(), t), values: [cases] })),
      ],
    }),
    terms: counts({
      name: text('terms.name'),
      of: text('terms.month'),
      series: [text('terms.inSystems'), text('terms.kept')],
      rows: ending.map(({ month, inSystems, keptRows }) => ({
        label: `${t(`dates:month.${month.month}`)} ${month.year}`,
        short: t(`dates:monthShort.${month.month}`),
        values: [inSystems, keptRows],
      })),
    }),
  }
}

const weekLabels = ({ week }: WeekFigures, t: Translate) => dayLabels(week.toString(), t)

/** `2026-03-02`: in full for the table, as `2 mrt` below a bar. */
function dayLabels(on: string, t: Translate) {
  const [, ...day] = shortDate(on, t, Number(on.slice(0, 4))).split(' ')
  return { label: shortDate(on, t), short: day.join(' ') }
}
