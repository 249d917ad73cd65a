import type { CatalogueTable } from '../catalogue'
import type { DraftLink } from './draft-links'
import { isChild, isDirect, isParentHalf, isValue, type Draft } from './draft-reach'

/** Two references and little else: who took part in what. */
function isJoin({ linksOf, guesses }: Draft, table: CatalogueTable): boolean {
  const referring = new Set((linksOf.get(table.id) ?? []).flatMap((l) => l.columns))
  return referring.size >= 2 && table.columns.length <= 12 && (guesses.get(table.id)?.size ?? 0) === 0
}

/** The links of a table's rows onto value rows, those first that say themselves whose they are. */
export function valueLinks(draft: Draft): ReadonlySet<DraftLink> {
  const { links, reached, values, subjects, byId } = draft
  const isBehind = gatekeeper(draft)
  const isHalf = ({ table, other, ...link }: DraftLink) => {
    const [one, two] = [byId.get(table), byId.get(other)]
    return one !== undefined && two !== undefined && isParentHalf(one, { ...link, table, other }, two)
  }
  const candidates = links.filter((link) => {
    const [table, other] = [byId.get(link.table), byId.get(link.other)]
    if (!table || !other || link.table === link.other || subjects.has(link.other)) return false
    if (!reached.has(link.table) || !reached.has(link.other)) return false
    if (values.has(link.other) && isHalf(link)) return true
    if (!isValue(draft, link, other)) return false
    const counts = values.has(link.other) || (isJoin(draft, table) && isDirect(draft, link.table, link.columns))
    return counts && !isBehind(link.table, link.other)
  })
  const strong = new Set(candidates.filter((link) => isDirect(draft, link.table, link.columns)))
  const told = new Set([...strong].map((link) => link.other))
  return new Set(candidates.filter((link) => strong.has(link) || isHalf(link) || !told.has(link.other)))
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
