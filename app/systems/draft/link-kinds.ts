import type { CatalogueTable } from '../catalogue'
import type { Draft } from './draft-knowledge'
import type { DraftLink } from './draft-links'
import { words } from './guess-column'
import {
  isEmployeeTable,
  isForMany,
  isGathering,
  isLoginTable,
  isMailbox,
  isOfAccount,
  isOrganisationTable,
  isSettingsTable,
  namesADoer,
  wholeKey,
} from './table-kinds'
import { callNames, shortNames, stemOf } from './table-names'

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

export function keyOf(table: CatalogueTable, link: DraftLink) {
  return table.foreignKeys.find(
    (key) => key.referencedTable === link.other && key.columns.join('\0') === link.columns.join('\0'),
  )
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
export function isParentHalf(table: CatalogueTable, link: DraftLink, other: CatalogueTable): boolean {
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
  const goesAlong =
    table !== undefined && reached.has(link.other) && (keyOf(table, link)?.onDelete === 'cascade' || isOfAccount(table))
  const isPersons = other !== undefined && (subjects.has(other.id) || isHalfOfSubject(draft, other.id) || goesAlong)
  return !(isPersons && isEmployeeTable(other) && speaksOf(link, other))
}

/** A list to choose from: names and what they mean, and nothing that refers to anything else. */
export function isList({ linksOf, guesses }: Draft, table: CatalogueTable): boolean {
  const held = [...(guesses.get(table.id)?.values() ?? [])]
  return (
    held.every((guess) => guess.category === 'content') &&
    table.columns.length <= 6 &&
    (linksOf.get(table.id) ?? []).length === 0 &&
    table.columns.every(
      (c) =>
        table.primaryKey?.includes(c.name) ||
        ['integer', 'boolean', 'enum'].includes(c.family) ||
        /^(name|naam|title|label|description|omschrijving|code|slug|key|colou?r|icon|language|lang)$/.test(
          words(c.name),
        ),
    ) &&
    table.columns.some((c) => /^(name|naam|title|label|code|slug)$/.test(words(c.name)))
  )
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
export function isHalfOfSubject(draft: Draft, id: string): boolean {
  const { linksOnto, subjects, values } = draft
  return values.has(id) && (linksOnto.get(id) ?? []).some((link) => subjects.has(link.table) && isHalf(draft, link))
}
