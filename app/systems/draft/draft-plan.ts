import { rowKeyColumns, type CatalogueTable } from '../catalogue'
import type { DraftLink } from './draft-links'
import { chooseSubjects, type Guesses } from './draft-subjects'
import type { ColumnGuess } from './guess-column'
import { callNames } from './table-names'
import {
  columnsMeaning,
  isAddressTable,
  isEmployeeTable,
  isForMany,
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
  /** The table from which each was first reached. */
  readonly from: Map<string, string>
  readonly values: Set<string>
}

export function planDraft(tables: readonly CatalogueTable[], guesses: Guesses, links: readonly DraftLink[]): DraftPlan {
  const subjects = chooseSubjects(tables, guesses, links)
  const byId = new Map(tables.map((table) => [table.id, table]))
  const draft: Draft = {
    byId,
    guesses,
    links,
    subjects,
    reached: new Set(subjects),
    from: new Map(),
    values: new Set(),
  }
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
  const { links, reached, values, byId, from } = draft
  for (let changed = true; changed;) {
    changed = false
    for (const link of links) {
      if (reached.has(link.table) || !reached.has(link.other) || !isChild(draft, link)) continue
      reached.add(link.table)
      from.set(link.table, link.other)
      changed = true
    }
    if (changed) continue
    for (const link of links) {
      const value = byId.get(link.other)
      if (!value || !reached.has(link.table) || reached.has(link.other) || !isValue(draft, link, value)) continue
      reached.add(value.id)
      from.set(value.id, link.table)
      values.add(value.id)
      changed = true
      break
    }
  }
}

function isChild(draft: Draft, link: DraftLink): boolean {
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

function keyOf(table: CatalogueTable, link: DraftLink) {
  return table.foreignKeys.find(
    (key) => key.referencedTable === link.other && key.columns.join('\0') === link.columns.join('\0'),
  )
}

function isValue(draft: Draft, link: DraftLink, value: CatalogueTable): boolean {
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

/** A table that itself says whose its rows are, by another column than these. */
function isDirect(draft: Draft, table: string, apart: readonly string[]): boolean {
  const { links, subjects } = draft
  if (subjects.has(table)) return true
  return links.some(
    (link) =>
      link.table === table &&
      link.columns.join('\0') !== apart.join('\0') &&
      (subjects.has(link.other) || isHalfOfSubject(draft, link.other)) &&
      !isDoer(draft, link),
  )
}

/** A table of which each row is the other half of a person's row. */
function isHalfOfSubject({ links, subjects, byId, values }: Draft, id: string): boolean {
  return (
    values.has(id) &&
    links.some((link) => {
      const [table, other] = [byId.get(link.table), byId.get(link.other)]
      return link.other === id && subjects.has(link.table) && table && other && isParentHalf(table, link, other)
    })
  )
}

/** Two references and little else: who took part in what. */
function isJoin({ links, guesses }: Draft, table: CatalogueTable): boolean {
  const referring = new Set(links.filter((l) => l.table === table.id).flatMap((l) => l.columns))
  return referring.size >= 2 && table.columns.length <= 12 && (guesses.get(table.id)?.size ?? 0) === 0
}

/** The links of a table's rows onto value rows, those first that say themselves whose they are. */
function valueLinks(draft: Draft): ReadonlySet<DraftLink> {
  const { links, reached, values, subjects, byId } = draft
  const candidates = links.filter((link) => {
    const [table, other] = [byId.get(link.table), byId.get(link.other)]
    if (!table || !other || link.table === link.other || subjects.has(link.other)) return false
    if (!reached.has(link.table) || !reached.has(link.other) || descends(draft, link.table, link.other)) return false
    if (values.has(link.other)) return isValue(draft, link, other) || isParentHalf(table, link, other)
    return isJoin(draft, table) && isDirect(draft, link.table, link.columns) && isValue(draft, link, other)
  })
  const isStrong = (link: DraftLink) => isDirect(draft, link.table, link.columns)
  return new Set(
    candidates.filter((link) => {
      const [table, other] = [byId.get(link.table), byId.get(link.other)]
      if (isStrong(link) || (table && other && isParentHalf(table, link, other))) return true
      return !candidates.some((rival) => rival.other === link.other && isStrong(rival))
    }),
  )
}

/** True where the table was reached only by way of the other. */
function descends({ from }: Draft, table: string, other: string): boolean {
  const seen = new Set<string>()
  for (let at = from.get(table); at !== undefined && !seen.has(at); at = from.get(at)) {
    if (at === other) return true
    seen.add(at)
  }
  return false
}

function write(draft: Draft, bare: ReadonlySet<string>): Pick<DraftPlan, 'belongs' | 'cuts'> {
  const { links, reached, values, subjects, byId } = draft
  const belongs = new Map<string, PlannedLink[]>()
  const cuts = new Map<string, DraftLink[]>()
  const add = (table: string, planned: PlannedLink) => belongs.set(table, [...(belongs.get(table) ?? []), planned])
  const toValue = valueLinks(draft)
  for (const link of links) {
    const table = byId.get(link.table)
    if (!table || !reached.has(link.other) || !reached.has(link.table)) continue
    if (toValue.has(link)) add(link.other, { link, kind: 'value' })
    if (link.table === link.other || subjects.has(link.table) || isDoer(draft, link) || isAside(draft, table, link)) {
      if (subjects.has(link.other)) cuts.set(link.table, [...(cuts.get(link.table) ?? []), link])
      continue
    }
    if (keyOf(table, link)?.onDelete === 'set_null' && !subjects.has(link.other) && !bare.has(link.other)) continue
    if (isTyped(link) && toValue.has(link)) {
      add(link.table, { link, kind: 'child' })
      continue
    }
    if (!values.has(link.table) || subjects.has(link.other) || bare.has(link.other))
      add(link.table, { link, kind: 'child' })
  }
  return { belongs, cuts }
}

/**
 * A plain reference that is emptied with its row, beside another link onto the same table that says whose the row is (a
 * type + id pair, a reference that deletes it): it names who wrote it or somebody else in it.
 */
function isAside({ links }: Draft, table: CatalogueTable, link: DraftLink): boolean {
  if (isTyped(link) || keyOf(table, link)?.onDelete !== 'set_null') return false
  return links.some(
    (l) =>
      l !== link &&
      l.table === link.table &&
      l.other === link.other &&
      (isTyped(l) || keyOf(table, l)?.onDelete === 'cascade' || wholeKey(table, l.columns)),
  )
}
