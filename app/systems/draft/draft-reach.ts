import type { CatalogueTable } from '../catalogue'
import type { DraftLink } from './draft-links'
import type { Guesses } from './draft-subjects'
import type { ColumnGuess } from './guess-column'
import { callNames, shortNames, stemOf } from './table-names'
import {
  columnsMeaning,
  isAddressTable,
  isActivityTable,
  isBank,
  isCompanyTable,
  isContactTable,
  isEmployeeTable,
  isForMany,
  isHistoryTable,
  isLoginTable,
  isMailbox,
  isPublicEvent,
  isGathering,
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
  const other = draft.byId.get(link.other)
  // Rows that the database itself deletes with the person's are the person's.
  if (onDelete === 'cascade') return true
  if (onDelete === 'set_null' && !draft.subjects.has(link.other)) return false
  // A company comes in only where the database deletes it with its person; what it has stays.
  if (other && isCompanyTable(other) && !draft.roots.has(other.id)) return false
  if (!hangsOn(draft, link)) return false
  if (isOrganisationTable(table) || isMailbox(table)) return false
  // An account by which a customer logs in says so; the other users are staff.
  if (isEmployeeTable(table) && holdsPersons(draft, table) && !(other && speaksOf(link, other))) return false
  return !isSettingsTable(table) || link.unsure === null || isPartOf(table, other) || holdsPersons(draft, table)
}

/**
 * Whether rows that refer to a value row belong to it. What refers to an address has it in common with the person; only
 * its history, its other half and the rows that join it to somebody are part of it.
 */
export function hangsOn(draft: Draft, link: DraftLink): boolean {
  const { byId, values, reached, guesses } = draft
  const [table, other] = [byId.get(link.table), byId.get(link.other)]
  if (!table || !other || !values.has(other.id)) return true
  const isActivity = (id: string) => {
    const holds = [...(guesses.get(id)?.values() ?? [])].map((guess) => guess.meaning)
    const named = byId.get(id)
    return holds.includes('free_text') || holds.includes('subject_line') || (named && isActivityTable(named))
  }
  if (isActivity(other.id) || (isHalfOfSubject(draft, other.id) && !isContactTable(other))) return true
  if (isHistoryTable(table) || isPartOf(table, other) || wholeKey(table, link.columns)) return true
  const goesElsewhere = (draft.linksOf.get(table.id) ?? []).some(
    (l) => l.other !== other.id && !isDoer(draft, l) && (reached.has(l.other) || isActivity(l.other)),
  )
  return isJoin(draft, table) && goesElsewhere
}

/** Two references and little else: who took part in what. */
export function isJoin({ linksOf, guesses }: Draft, table: CatalogueTable): boolean {
  const referring = new Set((linksOf.get(table.id) ?? []).flatMap((l) => l.columns))
  return referring.size >= 2 && table.columns.length <= 12 && (guesses.get(table.id)?.size ?? 0) === 0
}

/** The column is called after the table it refers to: `contact_id`, not `manager_id`. */
export function speaksOf(link: DraftLink, other: CatalogueTable): boolean {
  const stem = stemOf(link.columns[0] ?? '')
  return [...callNames(other), ...shortNames(other)].includes(stem)
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
  if (draft.subjects.has(value.id)) return false
  if (isHalf(draft, link)) return true
  if (isEmployeeTable(value)) return false
  if (isTyped(link) && !(isAddressTable(value) && isDirect(draft, link.table, link.columns))) return false
  const table = draft.byId.get(link.table)
  if (isSettingsTable(value) || isOrganisationTable(value) || isForMany(value)) return false
  if (isMailbox(value) || isBank(value)) return false
  if (table && isPublicEvent(value, table)) return false
  if (isDoer(draft, link)) return false
  if (isValueTable(value)) return true
  const guesses = [...(draft.guesses.get(value.id)?.values() ?? [])]
  return guesses.some((g) => ['street', 'postcode', 'last_name', 'iban', 'card'].includes(g.meaning))
}

/**
 * The other half of a row: whole keys, or a UNIQUE reference of a person's row onto a log-in or onto what persons and
 * companies have in common.
 */
export function isHalf({ byId, subjects }: Draft, link: DraftLink): boolean {
  const [table, other] = [byId.get(link.table), byId.get(link.other)]
  if (!table || !other) return false
  if (isParentHalf(table, link, other)) return true
  if (!subjects.has(table.id) || subjects.has(other.id) || keyOf(table, link) === undefined) return false
  if (!table.uniqueKeys.some((key) => sameColumns(key.columns, link.columns))) return false
  if (isEmployeeTable(other)) return isLoginTable(other)
  return !isSettingsTable(other) && !isOrganisationTable(other) && !isForMany(other) && !isMailbox(other)
}

const sameColumns = (one: readonly string[], two: readonly string[]) =>
  one.length === two.length && one.every((name) => two.includes(name))

/** The whole key of one refers to the whole key of the other. */
function isParentHalf(table: CatalogueTable, link: DraftLink, other: CatalogueTable): boolean {
  return table.id !== other.id && wholeKey(table, link.columns) && wholeKey(other, link.otherColumns)
}

/** A link of a type + id pair. */
export function isTyped(link: DraftLink): boolean {
  return Object.keys(link.where).length > 0
}

/** Who wrote, owns or changed the row. Where users are the persons, `user_id` says whose it is. */
export function isDoer(draft: Draft, link: DraftLink): boolean {
  const { subjects, reached, byId } = draft
  if (isTyped(link) || link.columns.length !== 1) return false
  const [table, other] = [byId.get(link.table), byId.get(link.other)]
  if (!namesADoer(link.columns[0] ?? '')) return isOfGathering(draft, link)
  // A log-in of the person has sessions that go with it; what a member of staff did stays.
  const goesAlong = table !== undefined && keyOf(table, link)?.onDelete === 'cascade' && reached.has(link.other)
  const isPersons = other !== undefined && (subjects.has(other.id) || isHalfOfSubject(draft, other.id) || goesAlong)
  return !(isPersons && isEmployeeTable(other) && speaksOf(link, other))
}

/** Who gives a course or where an event is held, where another table says who takes part in it. */
function isOfGathering({ subjects, byId, linksOf, linksOnto }: Draft, link: DraftLink): boolean {
  const table = byId.get(link.table)
  if (!table || !subjects.has(link.other) || !isGathering(table)) return false
  return (linksOnto.get(table.id) ?? []).some(
    (onto) => onto.table !== table.id && (linksOf.get(onto.table) ?? []).some((l) => subjects.has(l.other)),
  )
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
function isHalfOfSubject(draft: Draft, id: string): boolean {
  const { linksOnto, subjects, values } = draft
  return values.has(id) && (linksOnto.get(id) ?? []).some((link) => subjects.has(link.table) && isHalf(draft, link))
}
