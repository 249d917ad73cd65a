import type { DraftLink } from './draft-links'
import type { Draft } from './draft-knowledge'
import { isChild, isValue } from './draft-reach'
import { isDirect, isHalf, isJoin } from './link-kinds'
import { isActivityTable, isPartTable, isStore } from './table-kinds'
import { callNames, shortNames } from './table-names'

/** The links of a table's rows onto value rows, those first that say themselves whose they are. */
export function valueLinks(draft: Draft): ReadonlySet<DraftLink> {
  const { links, reached, values, subjects, byId } = draft
  const isBehind = gatekeeper(draft)
  // Mail is also found by the person's address on it, whatever else it is filed under.
  const isAddress = (id: string) =>
    values.has(id) && [...(draft.guesses.get(id)?.values() ?? [])].some((g) => g.meaning === 'email')
  const isByAddress = ({ table, other }: DraftLink) =>
    !isAddress(other) && (draft.linksOf.get(table) ?? []).some((l) => l.other !== other && isAddress(l.other))
  const candidates = links.filter((link) => {
    const [table, other] = [byId.get(link.table), byId.get(link.other)]
    if (!table || !other || link.table === link.other || subjects.has(link.other)) return false
    if (!reached.has(link.table) || !reached.has(link.other)) return false
    if (values.has(link.other) && isHalf(draft, link)) return true
    if (isPartTable(table) && isActivityTable(other) && !isStore(other)) return false
    if (!isValue(draft, link, other)) return false
    const isOfSomebody = isDirect(draft, link.table, link.columns) || isByAddress(link)
    const counts = values.has(link.other) || (isJoin(draft, table) && isOfSomebody)
    return counts && !isBehind(link.table, link.other)
  })
  const whole = new Set(candidates.filter((link) => !isPiece(draft, link)).map((link) => link.other))
  const strong = new Set(candidates.filter((link) => isDirect(draft, link.table, link.columns)))
  const told = new Set([...strong].map((link) => link.other))
  const counts = (link: DraftLink) =>
    strong.has(link) || isHalf(draft, link) || !told.has(link.other) || isByAddress(link)
  return new Set(candidates.filter((link) => counts(link) && !(isPiece(draft, link) && whole.has(link.other))))
}

/** `case_updates` beside `cases`: what belongs to a row, whoever wrote it, does not say whose the row is. */
function isPiece({ byId }: Draft, link: DraftLink): boolean {
  const [table, other] = [byId.get(link.table), byId.get(link.other)]
  if (!table || !other || !isActivityTable(other)) return false
  const whole = [...callNames(other), ...shortNames(other)].filter((name) => name.length > 2)
  return [...callNames(table), ...shortNames(table)].some((name) =>
    whole.some((each) =>
      new RegExp(
        `^${each}_(updates?|events?|comments?|articles?|entr(y|ies)|replies|messages?|histor(y|ies)|logs?|posts?|notes?)$`,
      ).test(name),
    ),
  )
}

/** Answers whether a table is reached only by way of another. */
function gatekeeper(draft: Draft): (table: string, gate: string) => boolean {
  const { links, reached, values, roots, byId } = draft
  const steps = new Map<string, Set<string>>()
  const step = (from: string, to: string) => steps.set(from, (steps.get(from) ?? new Set<string>()).add(to))
  for (const link of links) {
    const other = byId.get(link.other)
    if (!other || !reached.has(link.table) || !reached.has(link.other)) continue
    if (isChild(draft, link)) step(link.other, link.table)
    if (values.has(link.other) && isValue(draft, link, other)) step(link.table, link.other)
  }
  const openWithout = new Map<string, ReadonlySet<string>>()
  return (table, gate) => {
    const known = openWithout.get(gate)
    if (known) return !known.has(table)
    const open = new Set([...roots].filter((id) => id !== gate))
    for (const id of open) for (const next of steps.get(id) ?? []) if (next !== gate) open.add(next)
    openWithout.set(gate, open)
    return !open.has(table)
  }
}
