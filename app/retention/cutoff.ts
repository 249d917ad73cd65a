import { Temporal } from 'temporal-polyfill'
import { lastDayOfTerm } from '~/erasure/terms'
import type { TermRules } from '~/erasure/terms'
import type { KeepFor } from '~/systems/data-map'

/**
 * The last day from which a term that started is over on `today`: `day + term <= today`. Adding a term never turns the
 * order of two days around (a 29 February falls on the 28th where the year has none), so that one day parts them all and a
 * database can compare columns with it.
 */
export function lastStartOver(term: string, today: Temporal.PlainDate, warn: string | null = null): Temporal.PlainDate {
  const ends = (start: Temporal.PlainDate) => {
    const end = start.add(term)
    return warn ? end.subtract(warn) : end
  }
  const guess = today.subtract(term)
  return lastDayWith(warn ? guess.add(warn) : guess, (start) => Temporal.PlainDate.compare(ends(start), today) <= 0)
}

/** The last day from which a duty to keep that started is over on `today`: the day after its last day has come. */
export function lastStartKept(
  keep: Pick<KeepFor, 'term' | 'until'>,
  today: Temporal.PlainDate,
  rules: TermRules,
): Temporal.PlainDate {
  const isOver = (start: Temporal.PlainDate) => Temporal.PlainDate.compare(lastDayOfTerm(keep, start, rules), today) < 0
  if (keep.until === null) return lastDayWith(today.subtract(keep.term).subtract({ days: 1 }), isOver)
  // Rounded up to the end of a year: whole years are over at once, so the search begins at such an end.
  return lastDayWith(today.subtract(keep.term), isOver)
}

/** The last day for which `holds`; it holds for all days before the one looked for, and for none after. */
function lastDayWith(guess: Temporal.PlainDate, holds: (day: Temporal.PlainDate) => boolean): Temporal.PlainDate {
  let low = guess.subtract({ days: 800 })
  let high = guess.add({ days: 800 })
  while (low.until(high).days > 1) {
    const middle = low.add({ days: Math.floor(low.until(high).days / 2) })
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}
