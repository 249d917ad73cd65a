import type { CatalogueTable } from '../catalogue'
import type { DraftLink } from './draft-links'
import type { Guesses } from './draft-subjects'
import { words, type ColumnGuess } from './guess-column'
import { callNames } from './table-names'
import {
  columnsMeaning,
  isAddressTable,
  isEmployeeTable,
  isForMany,
  isOrganisationTable,
  isSettingsTable,
  isValueTable,
  namesADoer,
  wholeKey,
} from './table-kinds'

/** What a draft knows while it finds out which tables are about persons. */
export interface Draft {
  readonly byId: ReadonlyMap<string, CatalogueTable>
  readonly guesses: Guesses
  readonly links: readonly DraftLink[]
  /** The links of a table, and those onto it. */
  readonly linksOf: ReadonlyMap<string, readonly DraftLink[]>
  readonly linksOnto: ReadonlyMap<string, readonly DraftLink[]>
  readonly subjects: ReadonlySet<string>
  /** Subject tables, and tables with an address of their own. */
  readonly roots: Set<string>
  /** Tables whose rows are the person's, the subject tables first. */
  readonly reached: Set<string>
  /** Tables to which rows of the person refer: addresses, activities. */
  readonly values: Set<string>
}

/** The links by the table that one end of them names. */
export function grouped(
  links: readonly DraftLink[],
  end: 'table' | 'other',
): ReadonlyMap<string, readonly DraftLink[]> {
  const groups = new Map<string, DraftLink[]>()
  for (const link of links) {
    const group = groups.get(link[end])
    if (group) group.push(link)
    else groups.set(link[end], [link])
  }
  return groups
}

/** Follows the links from what is reached, until no table comes anew. */
export function reach(draft: Draft): void {
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

export function isChild(draft: Draft, link: DraftLink): boolean {
  const table = draft.byId.get(link.table)
  if (!table || draft.subjects.has(table.id) || isDoer(draft, link)) return false
  const onDelete = keyOf(table, link)?.onDelete
  // Rows that the database itself deletes with the person's are the person's.
  if (onDelete === 'cascade') return true
  if (onDelete === 'set_null' && !draft.subjects.has(link.other)) return false
  if (isOrganisationTable(table) || (isEmployeeTable(table) && holdsPersons(draft, table))) return false
  return !isSettingsTable(table) || link.unsure === null || isPartOf(table, draft.byId.get(link.other))
}

/** `order_products` beside `orders`: what its rows are of stands in front. */
function isPartOf(table: CatalogueTable, other: CatalogueTable | undefined): boolean {
  return (
    other !== undefined &&
    callNames(other).some((name) => name.length > 2 && callNames(table).some((own) => own.startsWith(`${name}_`)))
  )
}

function holdsPersons({ guesses }: Draft, table: CatalogueTable): boolean {
  const own = guesses.get(table.id) ?? new Map<string, ColumnGuess>()
  return columnsMeaning(table, own, 'email', 'first_name', 'last_name', 'full_name').length > 0
}

export function keyOf(table: CatalogueTable, link: DraftLink) {
  return table.foreignKeys.find(
    (key) => key.referencedTable === link.other && key.columns.join('\0') === link.columns.join('\0'),
  )
}

export function isValue(draft: Draft, link: DraftLink, value: CatalogueTable): boolean {
  if (draft.subjects.has(value.id) || isEmployeeTable(value)) return false
  if (isTyped(link) && !(isAddressTable(value) && isDirect(draft, link.table, link.columns))) return false
  if (isSettingsTable(value) || isOrganisationTable(value) || isForMany(value)) return false
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
export function isParentHalf(table: CatalogueTable, link: DraftLink, other: CatalogueTable): boolean {
  return table.id !== other.id && wholeKey(table, link.columns) && wholeKey(other, link.otherColumns)
}

/** A link of a type + id pair. */
export function isTyped(link: DraftLink): boolean {
  return Object.keys(link.where).length > 0
}

/** Who wrote, owns or changed the row. Where users are the persons, `user_id` says whose it is. */
export function isDoer({ subjects, byId }: Draft, link: DraftLink): boolean {
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

/** A table that itself says whose its rows are, by another column than these. */
export function isDirect(draft: Draft, table: string, apart: readonly string[]): boolean {
  const { linksOf, subjects } = draft
  if (subjects.has(table)) return true
  return (linksOf.get(table) ?? []).some(
    (link) =>
      link.columns.join('\0') !== apart.join('\0') &&
      (subjects.has(link.other) || isHalfOfSubject(draft, link.other)) &&
      !isDoer(draft, link),
  )
}

/** A table of which each row is the other half of a person's row. */
function isHalfOfSubject({ linksOnto, subjects, byId, values }: Draft, id: string): boolean {
  return (
    values.has(id) &&
    (linksOnto.get(id) ?? []).some((link) => {
      const [table, other] = [byId.get(link.table), byId.get(link.other)]
      return subjects.has(link.table) && table && other && isParentHalf(table, link, other)
    })
  )
}
