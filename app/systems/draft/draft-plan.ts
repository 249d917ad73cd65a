import { rowKeyColumns, type CatalogueTable } from '../catalogue'
import type { DraftLink } from './draft-links'
import type { ColumnGuess } from './guess-column'
import {
  columnsMeaning,
  isEmployeeTable,
  isHistoryTable,
  isOrganisationTable,
  isPersonTable,
  isSettingsTable,
  isValueTable,
  namesADoer,
} from './table-kinds'

export type Guesses = ReadonlyMap<string, ReadonlyMap<string, ColumnGuess>>

/** Which tables are about persons, and how their rows hang on them. */
export interface DraftPlan {
  readonly subjects: ReadonlySet<string>
  /** Tables with only an e-mail address of their own: newsletters, guest orders. */
  readonly bare: ReadonlySet<string>
  /** belongs_to by table: child links as they are, value links turned round. */
  readonly belongs: ReadonlyMap<string, readonly PlannedLink[]>
  readonly cuts: ReadonlyMap<string, readonly DraftLink[]>
}

export interface PlannedLink {
  readonly link: DraftLink
  readonly kind: 'child' | 'value'
}

const NAMES = ['first_name', 'last_name', 'full_name', 'middle_name', 'initials'] as const

export function planDraft(tables: readonly CatalogueTable[], guesses: Guesses, links: readonly DraftLink[]): DraftPlan {
  const byId = new Map(tables.map((table) => [table.id, table]))
  const of = (id: string) => guesses.get(id) ?? new Map<string, ColumnGuess>()
  const hasName = (t: CatalogueTable) => columnsMeaning(t, of(t.id), ...NAMES).length > 0
  const hasEmail = (t: CatalogueTable) => columnsMeaning(t, of(t.id), 'email').length > 0
  const isPossible = (t: CatalogueTable) => !isSettingsTable(t) && !isHistoryTable(t) && !isOrganisationTable(t)
  const refersTo = (t: CatalogueTable, test: (other: CatalogueTable) => boolean) =>
    links.some((l) => {
      const other = byId.get(l.other)
      return (
        l.table === t.id && l.other !== t.id && other !== undefined && !namesADoer(l.columns[0] ?? '') && test(other)
      )
    })

  const likely = tables.filter((t) => isPossible(t) && hasName(t) && (isPersonTable(t) || hasEmail(t)))
  const customers = likely.filter((t) => !isEmployeeTable(t))
  const named = customers.filter((t) => isPersonTable(t))
  // An order with a name and an e-mail address on it is about the customer it refers to.
  const chosen = (customers.length > 0 ? customers : likely).filter(
    (t) => isPersonTable(t) || !refersTo(t, (other) => named.includes(other) || customers.includes(other)),
  )
  const subjects = new Set(chosen.filter((t) => !isSideTable(t, links)).map((t) => t.id))

  const belongs = new Map<string, PlannedLink[]>()
  const cuts = new Map<string, DraftLink[]>()
  const reached = new Set(subjects)
  const add = (table: string, planned: PlannedLink) => belongs.set(table, [...(belongs.get(table) ?? []), planned])
  const isEligible = (t: CatalogueTable | undefined): t is CatalogueTable =>
    t !== undefined && !subjects.has(t.id) && !isSettingsTable(t) && !isEmployeeTable(t)
  for (let changed = true; changed;) {
    changed = false
    for (let children = true; children;) {
      children = false
      for (const link of links) {
        const table = byId.get(link.table)
        if (!reached.has(link.other) || reached.has(link.table) || !isEligible(table)) continue
        if (namesADoer(link.columns[0] ?? '') || isOrganisationTable(table)) continue
        reached.add(table.id)
        children = changed = true
      }
    }
    for (const link of links) {
      const value = byId.get(link.other)
      if (!reached.has(link.table) || reached.has(link.other) || !isEligible(value)) continue
      if (
        isTyped(link) ||
        namesADoer(link.columns[0] ?? '') ||
        isOrganisationTable(value) ||
        !isValueLike(value, of(value.id))
      )
        continue
      reached.add(value.id)
      add(value.id, { link, kind: 'value' })
      changed = true
      break
    }
  }
  const values = new Set(belongs.keys())
  for (const link of links) {
    const table = byId.get(link.table)
    if (!table || !reached.has(link.other) || !reached.has(link.table)) continue
    const isDoer = namesADoer(link.columns[0] ?? '')
    if (link.table === link.other || subjects.has(link.table) || (isDoer && subjects.has(link.other))) {
      if (subjects.has(link.other) && (link.table !== link.other || subjects.has(link.table))) {
        cuts.set(link.table, [...(cuts.get(link.table) ?? []), link])
      }
      if (values.has(link.other) && subjects.has(link.table) && !isTyped(link)) addValue(belongs, add, link)
      continue
    }
    // Beside a type + id pair onto the same table, a plain reference names who wrote the row, not whom it is about.
    const isAuthor = !isTyped(link) && links.some((l) => l.table === link.table && l.other === link.other && isTyped(l))
    if (isDoer || isAuthor) continue
    if (values.has(link.other) && !isTyped(link)) addValue(belongs, add, link)
    if (!(values.has(link.table) && !subjects.has(link.other))) add(link.table, { link, kind: 'child' })
  }
  const bare = tables.filter(
    (t) => !reached.has(t.id) && isPossible(t) && !isEmployeeTable(t) && hasEmail(t) && rowKeyColumns(t) !== null,
  )
  return { subjects, bare: new Set(bare.map((t) => t.id)), belongs, cuts }
}

/** A link of a type + id pair. */
function isTyped(link: DraftLink): boolean {
  return Object.keys(link.where).length > 0
}

function addValue(
  belongs: ReadonlyMap<string, readonly PlannedLink[]>,
  add: (table: string, planned: PlannedLink) => void,
  link: DraftLink,
): void {
  const isThere = belongs.get(link.other)?.some((p) => p.link === link && p.kind === 'value')
  if (!isThere) add(link.other, { link, kind: 'value' })
}

/** A table whose whole key refers to another table extends that one. */
function isSideTable(table: CatalogueTable, links: readonly DraftLink[]): boolean {
  const key = rowKeyColumns(table)
  return (
    key !== null &&
    links.some(
      (l) =>
        l.table === table.id &&
        l.other !== table.id &&
        key.length === l.columns.length &&
        key.every((k) => l.columns.includes(k)),
    )
  )
}

function isValueLike(table: CatalogueTable, guesses: ReadonlyMap<string, ColumnGuess>): boolean {
  if (isValueTable(table)) return true
  return [...guesses.values()].some((g) => ['email', 'phone', 'street', 'postcode', 'last_name'].includes(g.meaning))
}
