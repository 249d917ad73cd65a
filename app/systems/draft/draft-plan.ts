import { rowKeyColumns, type CatalogueTable } from '../catalogue'
import type { DraftLink } from './draft-links'
import { chooseSubjects, type Guesses } from './draft-subjects'
import type { ColumnGuess } from './guess-column'
import { callNames } from './table-names'
import {
  columnsMeaning,
  isEmployeeTable,
  isHistoryTable,
  isOrganisationTable,
  isSettingsTable,
  isValueTable,
  namesADoer,
  wholeKey,
} from './table-kinds'
import { words } from './guess-column'

export type { Guesses } from './draft-subjects'

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

interface Draft {
  readonly byId: ReadonlyMap<string, CatalogueTable>
  readonly guesses: Guesses
  readonly links: readonly DraftLink[]
  readonly subjects: ReadonlySet<string>
  /** Tables whose rows are the person's, the subject tables first. */
  readonly reached: Set<string>
  readonly values: Set<string>
}

export function planDraft(tables: readonly CatalogueTable[], guesses: Guesses, links: readonly DraftLink[]): DraftPlan {
  const subjects = chooseSubjects(tables, guesses, links)
  const byId = new Map(tables.map((table) => [table.id, table]))
  const draft: Draft = { byId, guesses, links, subjects, reached: new Set(subjects), values: new Set() }
  reach(draft)
  const bare = new Set(tables.filter((table) => isBare(draft, table)).map((table) => table.id))
  for (const id of bare) draft.reached.add(id)
  reach(draft)
  return { subjects, bare, ...write(draft, bare) }
}

/** An e-mail address that nothing ties to a person: newsletters, guest orders, logged addresses. */
function isBare({ guesses, reached }: Draft, table: CatalogueTable): boolean {
  if (reached.has(table.id) || isSettingsTable(table) || isHistoryTable(table) || isOrganisationTable(table))
    return false
  const own = guesses.get(table.id) ?? new Map<string, ColumnGuess>()
  return !isEmployeeTable(table) && columnsMeaning(table, own, 'email').length > 0 && rowKeyColumns(table) !== null
}

/** Follows the links from what is reached, until no table comes anew. */
function reach(draft: Draft): void {
  const { links, reached, values, byId } = draft
  for (let changed = true; changed;) {
    changed = false
    for (const link of links) {
      if (reached.has(link.table) || !reached.has(link.other) || !isChild(draft, link)) continue
      reached.add(link.table)
      changed = true
    }
    if (changed) continue
    for (const link of links) {
      const value = byId.get(link.other)
      if (!value || !reached.has(link.table) || reached.has(link.other) || !isValue(draft, link, value)) continue
      reached.add(value.id)
      values.add(value.id)
      changed = true
      break
    }
  }
}

function isChild(draft: Draft, link: DraftLink): boolean {
  const table = draft.byId.get(link.table)
  if (!table || draft.subjects.has(table.id) || isDoer(draft, link)) return false
  if (isCascade(table, link)) return true
  if (isEmployeeTable(table) || isOrganisationTable(table)) return false
  return !isSettingsTable(table) || (link.unsure === null && !isTyped(link))
}

/** Rows that the database itself deletes with the person's are the person's. */
function isCascade(table: CatalogueTable, link: DraftLink): boolean {
  return keyOf(table, link)?.onDelete === 'cascade'
}

function keyOf(table: CatalogueTable, link: DraftLink) {
  return table.foreignKeys.find(
    (key) => key.referencedTable === link.other && key.columns.join('\0') === link.columns.join('\0'),
  )
}

function isValue(draft: Draft, link: DraftLink, value: CatalogueTable): boolean {
  if (isTyped(link) || draft.subjects.has(value.id) || isEmployeeTable(value)) return false
  if (isSettingsTable(value) || isOrganisationTable(value)) return false
  const table = draft.byId.get(link.table)
  if (table && isParentHalf(table, link, value)) return true
  if (isDoer(draft, link)) return false
  if (isValueTable(value)) return true
  const guesses = draft.guesses.get(value.id) ?? new Map<string, ColumnGuess>()
  return [...guesses.values()].some((g) =>
    ['email', 'phone', 'street', 'postcode', 'last_name', 'iban'].includes(g.meaning),
  )
}

/** The other half of a row: the whole key of one refers to the whole key of the other. */
function isParentHalf(table: CatalogueTable, link: DraftLink, other: CatalogueTable): boolean {
  return table.id !== other.id && wholeKey(table, link.columns) && wholeKey(other, link.otherColumns)
}

/** A link of a type + id pair. */
export function isTyped(link: DraftLink): boolean {
  return Object.keys(link.where).length > 0
}

/** Who wrote, owns or changed the row. Where users are the persons, `user_id` says whose it is. */
function isDoer({ subjects, byId }: Draft, link: DraftLink): boolean {
  if (isTyped(link) || link.columns.length !== 1) return false
  const column = link.columns[0] ?? ''
  if (!namesADoer(column)) return false
  const other = byId.get(link.other)
  if (!other || !subjects.has(other.id) || !isEmployeeTable(other)) return true
  const stem = words(column)
    .replace(/_?(id|uuid)$/, '')
    .replace(/^id_/, '')
  return !callNames(other).includes(stem)
}

function write(draft: Draft, bare: ReadonlySet<string>): Pick<DraftPlan, 'belongs' | 'cuts'> {
  const { links, reached, values, subjects, byId } = draft
  const belongs = new Map<string, PlannedLink[]>()
  const cuts = new Map<string, DraftLink[]>()
  const add = (table: string, planned: PlannedLink) => belongs.set(table, [...(belongs.get(table) ?? []), planned])
  for (const link of links) {
    const table = byId.get(link.table)
    const other = byId.get(link.other)
    if (!table || !other || !reached.has(link.other) || !reached.has(link.table)) continue
    const toValue = values.has(link.other) && !isTyped(link) && link.table !== link.other
    const half = isParentHalf(table, link, other)
    const doer = isDoer(draft, link)
    if (link.table === link.other || subjects.has(link.table) || doer) {
      if (subjects.has(link.other)) cuts.set(link.table, [...(cuts.get(link.table) ?? []), link])
      if (toValue && (!doer || half)) add(link.other, { link, kind: 'value' })
      continue
    }
    if (isAuthor(draft, table, link)) continue
    if (toValue) add(link.other, { link, kind: 'value' })
    if (!values.has(link.table) || subjects.has(link.other) || bare.has(link.other))
      add(link.table, { link, kind: 'child' })
  }
  // A value table that only doers reach would belong to nobody.
  return { belongs, cuts }
}

/**
 * Beside a type + id pair onto the same table, a plain reference that is emptied with its row names who wrote it, not whom
 * it is about.
 */
function isAuthor({ links }: Draft, table: CatalogueTable, link: DraftLink): boolean {
  if (isTyped(link) || keyOf(table, link)?.onDelete !== 'set_null') return false
  return links.some((l) => l.table === link.table && l.other === link.other && isTyped(l))
}
