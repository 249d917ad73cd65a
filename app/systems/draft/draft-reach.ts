import type { CatalogueTable } from '../catalogue'
import type { DraftLink } from './draft-links'
import type { ColumnGuess } from './guess-column'
import { callNames } from './table-names'
import type { Draft } from './draft-knowledge'
import {
  isDirect,
  isDoer,
  isHalf,
  isHalfOfSubject,
  isJoin,
  isList,
  isParentHalf,
  isTyped,
  keyOf,
  speaksOf,
} from './link-kinds'
import {
  columnsMeaning,
  isAddressTable,
  isActivityTable,
  isBank,
  isCompanyTable,
  isContactTable,
  isEmployeeTable,
  isLogIn,
  isForMany,
  isHistoryTable,
  isMailbox,
  isPublicEvent,
  isOrganisationTable,
  isSettingsTable,
  isValueTable,
  wholeKey,
} from './table-kinds'

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
  const half = draft.byId.get(link.other)
  if (half && isPlainHalf(draft, table, link, half)) return false
  const onDelete = keyOf(table, link)?.onDelete
  const other = draft.byId.get(link.other)
  // Rows that the database itself deletes with the person's are the person's.
  if (onDelete === 'cascade') return true
  if (onDelete === 'set_null' && !draft.subjects.has(link.other)) return false
  // A company comes in only where the database deletes it with its person; what it has stays.
  if (other && isCompanyTable(other) && !draft.roots.has(other.id)) return false
  if (!hangsOn(draft, link)) return false
  if (isOrganisationTable(table) && !isPartOf(table, other)) return false
  if (isMailbox(table) || draft.mailboxes.has(table.id)) return false
  // An account by which a customer logs in says so; the other users are staff.
  if (isEmployeeTable(table) && holdsPersons(draft, table) && !(other && speaksOf(link, other))) return false
  return !isSettingsTable(table) || link.unsure === null || isPartOf(table, other) || holdsPersons(draft, table)
}

/** Companies and goods that share their keys with everything else, in a table of which persons have rows too. */
function isPlainHalf(draft: Draft, table: CatalogueTable, link: DraftLink, other: CatalogueTable): boolean {
  return (
    draft.values.has(other.id) &&
    isParentHalf(table, link, other) &&
    (isOrganisationTable(table) || isSettingsTable(table) || isForMany(table))
  )
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
    return (
      draft.ofAll.has(id) ||
      holds.includes('free_text') ||
      holds.includes('subject_line') ||
      (named && isActivityTable(named))
    )
  }
  if (isActivity(other.id) || (isHalfOfSubject(draft, other.id) && !isContactTable(other))) return true
  if (isHistoryTable(table) || isPartOf(table, other) || wholeKey(table, link.columns)) return true
  const goesElsewhere = (draft.linksOf.get(table.id) ?? []).some(
    (l) => l.other !== other.id && !isDoer(draft, l) && (reached.has(l.other) || isActivity(l.other)),
  )
  return isJoin(draft, table) && goesElsewhere
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

/** A tree of parts of the company, to which much else refers. */
export function isTree({ linksOnto }: Draft, table: CatalogueTable): boolean {
  const onto = new Set((linksOnto.get(table.id) ?? []).map((link) => link.table))
  return onto.has(table.id) && onto.size > 4
}

export function isValue(draft: Draft, link: DraftLink, value: CatalogueTable): boolean {
  if (draft.subjects.has(value.id)) return false
  if (isHalf(draft, link)) return true
  if (isEmployeeTable(value)) return false
  if (isTyped(link) && !(isAddressTable(value) && isDirect(draft, link.table, link.columns))) return false
  const table = draft.byId.get(link.table)
  if (isSettingsTable(value) || isOrganisationTable(value) || isForMany(value)) return false
  if (isMailbox(value) || draft.mailboxes.has(value.id) || isBank(value)) return false
  if (isLogIn(value) || (isList(draft, value) && !(table && isJoin(draft, table)))) return false
  if (table && isPublicEvent(value, table)) return false
  if (isDoer(draft, link)) return false
  if (isValueTable(value) || draft.ofAll.has(value.id)) return true
  if (isTree(draft, value)) return false
  const guesses = [...(draft.guesses.get(value.id)?.values() ?? [])]
  return guesses.some((g) => ['street', 'postcode', 'last_name', 'iban', 'card'].includes(g.meaning))
}
