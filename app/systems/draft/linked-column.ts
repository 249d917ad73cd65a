import type { CatalogueTable } from '../catalogue'
import type { DraftPlan, Guesses } from './draft-plan'
import { words } from './guess-column'

/** What people do carries addresses of whoever takes part in it, not of the person it belongs to. */
const ELSEWHERE =
  /(^|_)(bookings?|attend\w*|participants?|deelnemers?|registrations?|reservations?|appointments?|tickets?|messages?|shipments?|payments?|leads?|credentials?|tokens?|verification\w*)$/

/** A column of that meaning in a table that belongs to this one, directly or over one table between. */
export function linkedColumn(
  table: CatalogueTable,
  meaning: 'email' | 'phone',
  plan: DraftPlan,
  guesses: Guesses,
): string | null {
  const byKind = (id: string, wanted: 'child' | 'value') =>
    [...plan.belongs].flatMap(([child, links]) =>
      links.some(({ link, kind }) => kind === wanted && (kind === 'child' ? link.other : link.table) === id) &&
      !plan.subjects.has(child)
        ? [child]
        : [],
    )
  const below = (id: string) => [...new Set([...byKind(id, 'child'), ...byKind(id, 'value')])]
  const direct = below(table.id)
  const indirect = direct.flatMap(below)
  const called = meaning === 'email' ? /e_?mails?(_?addresses|_?address)?$/ : /(tele)?phones?(_?numbers?)?$/
  const isOne = (id: string) => called.test(words(id))
  const isAside = (id: string) => /(^|_)(log|audit|history|queue|orders?|invoices?)(_|$)/.test(words(id))
  // Mail names whoever took part in it.
  const isWritten = (id: string) =>
    [...(guesses.get(id)?.values() ?? [])].some((g) => g.meaning === 'subject_line' || g.meaning === 'address_list')
  const isLikely = (id: string) => !ELSEWHERE.test(words(id))
  for (const id of [...direct.filter(isOne), ...indirect.filter(isOne), ...[...direct, ...indirect].filter(isLikely)]) {
    if (isAside(id) || isWritten(id)) continue
    const found = [...(guesses.get(id) ?? [])]
      .filter(([, g]) => [g.meaning, ...(g.also ?? [])].includes(meaning) && !g.thirdParty)
      .map(([name]) => name)
    const best = found.find((name) => !/fax|caps|raw|lower|ext$/i.test(name)) ?? found[0]
    if (best) return `${id}.${best}`
  }
  return null
}
