import { Temporal } from 'temporal-polyfill'

/** A case in a mail of the watch, and why it is there. */
export type Line = {
  id: string
  reference: string
  kind: string
  dueOn: Temporal.PlainDate
  why: 'due' | 'new' | 'unassigned'
}

/** A mail lists so many cases; the rest is a number. */
export const longestList = 20

/** Lines of two lists in one, each case once, first due first. Where both hold a case, `first` says why. */
export function joinLines(first: readonly Line[], second: readonly Line[]): Line[] {
  const byCase = new Map([...second, ...first].map((line) => [line.id, line]))
  return [...byCase.values()].sort(
    (one, other) => Temporal.PlainDate.compare(one.dueOn, other.dueOn) || one.reference.localeCompare(other.reference),
  )
}
