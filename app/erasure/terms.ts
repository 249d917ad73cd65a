import { Temporal } from 'temporal-polyfill'
import type { KeepFor } from '~/systems/data-map'

/** What an organisation decides about the reckoning of terms. */
export interface TermRules {
  /** MM-DD on which the financial year ends. */
  readonly fiscalYearEnd: string
  /** IANA zone in which an instant becomes a day. */
  readonly zone: string
}

/** The day of a value as the database writes it (date, or timestamp with or without offset); null when it is none. */
export function dayOf(value: string | null | undefined, zone: string): Temporal.PlainDate | null {
  if (!value) return null
  const text = value.trim()
  const date = /^(\d{4}-\d{2}-\d{2})/.exec(text)?.[1]
  if (!date || date === '0000-00-00') return null
  try {
    const offset = /[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}(?::?\d{2})?)$/.exec(text)
    if (!offset?.[1] || !offset[2]) return Temporal.PlainDate.from(date)
    return Temporal.Instant.from(`${date}T${offset[1]}${offset[2]}`).toZonedDateTimeISO(zone).toPlainDate()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/**
 * The last day of a duty to keep: `from` + term, rounded up to the end of the calendar year or of the financial year
 * (AWR art. 52(4): seven years after the year). A 29 February that a year lacks is its 28th.
 */
export function lastDayOfTerm(
  term: Pick<KeepFor, 'term' | 'until'>,
  from: Temporal.PlainDate,
  rules: TermRules,
): Temporal.PlainDate {
  const end = from.add(term.term)
  if (term.until === null) return end
  const monthDay = term.until === 'year_end' ? '12-31' : rules.fiscalYearEnd
  const [month, day] = monthDay.split('-').map(Number)
  const inYear = (year: number) => Temporal.PlainDate.from({ year, month: month ?? 12, day: day ?? 31 })
  const thisYear = inYear(end.year)
  return Temporal.PlainDate.compare(thisYear, end) >= 0 ? thisYear : inYear(end.year + 1)
}

export type Kept =
  | {
      readonly kept: true
      /** null: no start is known; kept and shown to a person. */ readonly until: Temporal.PlainDate | null
      readonly term: KeepFor
    }
  | { readonly kept: false; /** The term that ended last. */ readonly term: KeepFor | null }

/**
 * Do the duties to keep of a row still run on `today`? Several: the longest. A start that is empty keeps the row without
 * a date, since nobody can say that the term is over.
 */
export function keptByTerm(
  terms: readonly KeepFor[],
  startOf: (term: KeepFor) => Temporal.PlainDate | null,
  today: Temporal.PlainDate,
  rules: TermRules,
): Kept {
  let longest: { term: KeepFor; until: Temporal.PlainDate } | null = null
  for (const term of terms) {
    const from = startOf(term)
    if (!from) return { kept: true, until: null, term }
    const until = lastDayOfTerm(term, from, rules)
    if (!longest || Temporal.PlainDate.compare(until, longest.until) > 0) longest = { term, until }
  }
  if (!longest) return { kept: false, term: null }
  return Temporal.PlainDate.compare(today, longest.until) <= 0
    ? { kept: true, until: longest.until, term: longest.term }
    : { kept: false, term: longest.term }
}
