import type { Temporal } from 'temporal-polyfill'
import type { Step } from './steps'

/** How a date is written: `fri 30 jan`, `28 feb`, `february`, `saturday`, in the words of the language. */
export type DateStyle = 'day' | 'short' | 'month' | 'weekday'

/** Writes a date in one language; `withYear` where the year is not clear from what came before. */
export type FormatDate = (on: Temporal.PlainDate, style: DateStyle, withYear: boolean) => string

/** Looks up a key of the locale files, `deadlines:received`; i18next's `t` of one language fits. */
export type Translate = (key: string, values: Record<string, string | number>) => string

type Value = string | number | { date: Temporal.PlainDate; style: DateStyle } | { key: string }

/** One step in words: a key of locales/<language>/deadlines.json and what its placeholders stand for. `count` chooses the plural. */
export interface Phrase {
  readonly key: string
  readonly values: Readonly<Record<string, Value>>
}

/** The steps as keys and values, dates and names still to be written in the reader's language. */
export const explain = (steps: readonly Step[]): Phrase[] => steps.map(phraseOf)

/** The steps as one line: `received Fri 30 Jan → there is no 30 February → 28 Feb is a Saturday → Mon 2 Mar`. */
export function sentence(steps: readonly Step[], t: Translate, formatDate: FormatDate): string {
  const [first] = steps
  const year = first?.step === 'received' ? first.on.year : undefined
  const written = (value: Value): string | number => {
    if (typeof value !== 'object') return value
    return 'key' in value ? t(inLocale(value.key), {}) : formatDate(value.date, value.style, value.date.year !== year)
  }
  return explain(steps)
    .map(({ key, values }) =>
      t(inLocale(key), Object.fromEntries(Object.entries(values).map(([name, value]) => [name, written(value)]))),
    )
    .join(' → ')
}

const inLocale = (key: string) => `deadlines:${key}`

const parts = {
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  short: { day: 'numeric', month: 'short' },
  month: { month: 'long' },
  weekday: { weekday: 'long' },
} as const satisfies Record<DateStyle, Intl.DateTimeFormatOptions>

/** Dates in words for a language tag (`nl`, `en-GB`). A weekday or month by itself never carries a year. */
export function dateWriter(language: string): FormatDate {
  return (on, style, withYear) => {
    const year = withYear && (style === 'day' || style === 'short') ? ({ year: 'numeric' } as const) : {}
    // English puts a comma after the weekday when the year is there; the arrows already part the steps.
    return on.toLocaleString(language, { ...parts[style], ...year }).replace(',', '')
  }
}

const day = (date: Temporal.PlainDate): Value => ({ date, style: 'day' })
const short = (date: Temporal.PlainDate): Value => ({ date, style: 'short' })

function phraseOf(step: Step): Phrase {
  switch (step.step) {
    case 'received':
      return { key: 'received', values: { date: day(step.on) } }
    case 'month_has_no_such_day':
      return {
        key: 'month_has_no_such_day',
        values: { day: step.day, month: { date: step.lastDay, style: 'month' }, last: short(step.lastDay) },
      }
    case 'paused':
      return pausedPhrase(step)
    case 'pause_came_too_late':
      return { key: 'pause_came_too_late', values: { date: day(step.from) } }
    case 'weekend':
      return { key: 'weekend', values: { date: short(step.on), weekday: { date: step.on, style: 'weekday' } } }
    case 'holiday':
      return {
        key: 'holiday',
        values: { date: short(step.on), name: step.key ? { key: `holiday_${step.key}` } : step.name },
      }
    case 'due':
      return { key: 'due', values: { date: day(step.on) } }
    case 'extended':
      return { key: 'extended', values: { date: day(step.on) } }
    case 'extension_moved':
      return { key: 'extension_moved', values: { count: step.days, date: day(step.on) } }
    case 'extension_cut_short':
      return { key: 'extension_cut_short', values: { date: day(step.on) } }
  }
}

function pausedPhrase({ days, reasons, open }: Extract<Step, { step: 'paused' }>): Phrase {
  const key = open ? 'paused_so_far' : 'paused'
  const [reason] = reasons
  if (!reason) return { key, values: { count: days } }
  const why = reasons.length === 1 ? `pause_reason_${reason}` : 'pause_reason_several'
  return { key: `${key}_for`, values: { count: days, reason: { key: why } } }
}
