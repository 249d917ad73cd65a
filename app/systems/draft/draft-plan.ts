import { columnOf, type CatalogueTable } from '../catalogue'
import type { DraftLink } from './draft-links'
import { chooseSubjects, type Guesses } from './draft-subjects'
import { words, type ColumnGuess } from './guess-column'
import { grouped, type Draft } from './draft-knowledge'
import { hangsOn, isTree, reach } from './draft-reach'
import { isDoer, isHalf, isTyped, keyOf, speaksOf } from './link-kinds'
import { valueLinks } from './draft-values'
import { tablesOfAllThings } from './shared-keys'
import {
  columnsMeaning,
  isEmployeeTable,
  isBank,
  isBookTable,
  isOrderTable,
  isDesk,
  isForMany,
  isMailbox,
  isOrganisationTable,
  isOwnAddress,
  isSettingsTable,
  nameOf,
  wholeKey,
} from './table-kinds'

export type { Guesses } from './draft-subjects'

/** Which tables are about persons, and how their rows hang on them. */
export interface DraftPlan {
  readonly subjects: ReadonlySet<string>
  /** Tables with only an e-mail address of their own: newsletters, guest orders. */
  readonly bare: ReadonlySet<string>
  /** belongs_to by table: child links as they are, value links turned round. */
  readonly belongs: ReadonlyMap<string, readonly PlannedLink[]>
  readonly cuts: ReadonlyMap<string, readonly DraftLink[]>
  /** The other halves of subject tables. */
  readonly halves: ReadonlySet<string>
  /** Of a value table whose rows members of staff have in common with the person: who else counts. */
  readonly sharers: ReadonlyMap<string, readonly Sharer[]>
  /** Tables that the law wants kept for the tax office: invoices and payments, or else the orders. */
  readonly books: ReadonlySet<string>
  /** Links between subject tables whose rows are one person: a lead that became a contact. */
  readonly same: ReadonlyMap<string, readonly DraftLink[]>
}

export interface PlannedLink {
  readonly link: DraftLink
  readonly kind: 'child' | 'value'
}

/** A table that refers to value rows, and the columns by which it names members of staff. */
export interface Sharer {
  readonly table: string
  readonly staff: readonly string[]
}

export function planDraft(
  tables: readonly CatalogueTable[],
  guesses: Guesses,
  links: readonly DraftLink[],
  repeating: ReadonlySet<string>,
): DraftPlan {
  const subjects = chooseSubjects(tables, guesses, links, repeating)
  const byId = new Map(tables.map((table) => [table.id, table]))
  const draft: Draft = {
    byId,
    guesses,
    links,
    linksOf: grouped(links, 'table'),
    linksOnto: grouped(links, 'other'),
    subjects,
    roots: new Set(subjects),
    reached: new Set(subjects),
    values: new Set(),
    mailboxes: mailboxesAmong(tables, guesses, links),
    ofAll: new Set([...tablesOfAllThings(tables, links)].filter((id) => !subjects.has(id))),
  }
  reach(draft)
  const bare = new Set(tables.filter((table) => isBare(draft, table)).map((table) => table.id))
  for (const id of bare) {
    draft.reached.add(id)
    draft.roots.add(id)
  }
  reach(draft)
  const written = write(draft, bare)
  const halves = new Set(links.filter((link) => isHalfOf(draft, link)).map((link) => link.other))
  const books = booksAmong(tables.filter((table) => draft.reached.has(table.id)))
  return { subjects, bare, halves, books, ...written, sharers: sharersOf(draft, written.belongs) }
}

/** Where nothing is called an invoice, orders with an amount are what the books rest on. */
function booksAmong(reached: readonly CatalogueTable[]): ReadonlySet<string> {
  const books = reached.filter(isBookTable)
  const orders = books.length > 0 ? [] : reached.filter(isOrderTable)
  return new Set([...books, ...orders].map((table) => table.id))
}

const isHalfOf = (draft: Draft, link: DraftLink) =>
  draft.subjects.has(link.table) && draft.values.has(link.other) && isHalf(draft, link)

/**
 * A mail or a meeting is not shared because a member of staff took part in it: where the rows that say who took part name
 * persons in one column and staff in another, those of staff do not count.
 */
function sharersOf(draft: Draft, belongs: DraftPlan['belongs']): ReadonlyMap<string, readonly Sharer[]> {
  const found = new Map<string, readonly Sharer[]>()
  for (const [value, planned] of belongs) {
    if (draft.ofAll.has(value)) continue
    const referring = planned.flatMap(({ link, kind }) => (kind === 'value' ? [link.table] : []))
    const onto = (draft.linksOnto.get(value) ?? []).filter((l) => {
      const table = draft.byId.get(l.table)
      return table !== undefined && keyOf(table, l) !== undefined
    })
    const tables = [...new Set([...referring, ...onto.map((l) => l.table)])]
    const sharers = tables.map((table) => ({ table, staff: referring.includes(table) ? staffIn(draft, table) : [] }))
    if (sharers.some(({ staff }) => staff.length > 0)) found.set(value, sharers)
  }
  return found
}

/** Nullable columns of a table of participants that name a member of staff, beside one that names a person. */
function staffIn({ linksOf, subjects, byId }: Draft, id: string): string[] {
  const [table, links] = [byId.get(id), linksOf.get(id) ?? []]
  if (!table || !links.some((link) => subjects.has(link.other) && !isTyped(link))) return []
  return links.flatMap((link) => {
    const other = byId.get(link.other)
    const column = columnOf(table, link.columns[0] ?? '')
    const names = other && !subjects.has(other.id) && isEmployeeTable(other) && speaksOf(link, other)
    return names && column?.nullable && link.columns.length === 1 && !isTyped(link) ? [column.name] : []
  })
}

/** Tables of addresses to which departments, queues and the settings of mail servers refer: the company's own mailboxes. */
function mailboxesAmong(
  tables: readonly CatalogueTable[],
  guesses: Guesses,
  links: readonly DraftLink[],
): ReadonlySet<string> {
  const ours = new Set(tables.filter((table) => isDesk(table) || isMailbox(table)).map((table) => table.id))
  const isBox = (table: CatalogueTable) =>
    /(^|_)(e?_?mails?|e?_?mail_?(box(es)?|accounts?|addresses))$/.test(nameOf(table)) &&
    [...(guesses.get(table.id)?.values() ?? [])].some((guess) => guess.meaning === 'email') &&
    links.some((link) => link.other === table.id && link.table !== table.id && ours.has(link.table))
  return new Set(tables.filter(isBox).map((table) => table.id))
}

/** An e-mail address that nothing ties to a person: newsletters, guest orders, logged addresses. */
function isBare(draft: Draft, table: CatalogueTable): boolean {
  const { guesses, reached, mailboxes } = draft
  const isQueue = /(^|_)(queues?|jobs?|outbox)(_|$)/.test(nameOf(table))
  if (reached.has(table.id) || (isSettingsTable(table) && !isQueue) || isOrganisationTable(table) || isForMany(table))
    return false
  if (
    isBank(table) ||
    isMailbox(table) ||
    mailboxes.has(table.id) ||
    isTranslated(draft, table) ||
    isTree(draft, table)
  )
    return false
  const own = guesses.get(table.id) ?? new Map<string, ColumnGuess>()
  const addresses = columnsMeaning(table, own, 'email').filter((column) => !isOwnAddress(column.name))
  return !isEmployeeTable(table) && addresses.length > 0
}

/** Content of the company: it stands there in several languages. */
function isTranslated({ linksOnto, byId }: Draft, table: CatalogueTable): boolean {
  return (linksOnto.get(table.id) ?? []).some((link) => {
    const other = byId.get(link.table)
    return other !== undefined && /_(lang|translations?|i18n|l10n)$/.test(nameOf(other))
  })
}

function write(draft: Draft, bare: ReadonlySet<string>): Pick<DraftPlan, 'belongs' | 'cuts' | 'same'> {
  const { links, reached, values, subjects, byId } = draft
  const belongs = new Map<string, PlannedLink[]>()
  const cuts = new Map<string, DraftLink[]>()
  const same = new Map<string, DraftLink[]>()
  const add = (table: string, planned: PlannedLink) => belongs.set(table, [...(belongs.get(table) ?? []), planned])
  const toValue = valueLinks(draft)
  for (const link of links) {
    const table = byId.get(link.table)
    if (!table || !reached.has(link.other) || !reached.has(link.table)) continue
    if (toValue.has(link)) add(link.other, { link, kind: 'value' })
    if (link.table === link.other || subjects.has(link.table) || isDoer(draft, link) || isAside(draft, table, link)) {
      if (isConversion(draft, table, link)) same.set(link.table, [...(same.get(link.table) ?? []), link])
      if (subjects.has(link.other) && mayBeCut(table, link))
        cuts.set(link.table, [...(cuts.get(link.table) ?? []), link])
      continue
    }
    if (keyOf(table, link)?.onDelete === 'set_null' && !subjects.has(link.other) && !bare.has(link.other)) continue
    if (!hangsOn(draft, link) && !(keyOf(table, link)?.onDelete === 'cascade')) continue
    if (isTyped(link) && toValue.has(link)) {
      add(link.table, { link, kind: 'child' })
      continue
    }
    if (!values.has(link.table) || subjects.has(link.other) || bare.has(link.other))
      add(link.table, { link, kind: 'child' })
  }
  return { belongs, cuts, same }
}

/** Not by a foreign key over columns that are NOT NULL: the row stays then, and what it refers to is rewritten. */
const mayBeCut = (table: CatalogueTable, link: DraftLink) =>
  keyOf(table, link) === undefined || link.columns.some((name) => columnOf(table, name)?.nullable)

/** A lead that names the contact it became, or a contact that names the lead it was. */
function isConversion({ subjects, byId }: Draft, table: CatalogueTable, link: DraftLink): boolean {
  const other = byId.get(link.other)
  if (!other || table === other || !subjects.has(table.id) || !subjects.has(other.id) || isTyped(link)) return false
  const isLead = (t: CatalogueTable) => /(^|_)(leads?|lead_?details|prospects?|suspects?)$/.test(nameOf(t))
  const column = words(link.columns[0] ?? '')
  return (
    /convert|created_(contact|customer|lead)/.test(column) ||
    ((isLead(table) || isLead(other)) && speaksOf(link, other))
  )
}

/**
 * A plain reference that is emptied with its row, beside another link onto the same table that says whose the row is (a
 * type + id pair, a reference that deletes it): it names who wrote it or somebody else in it.
 */
function isAside({ linksOf }: Draft, table: CatalogueTable, link: DraftLink): boolean {
  if (isTyped(link) || keyOf(table, link)?.onDelete !== 'set_null') return false
  return (linksOf.get(link.table) ?? []).some(
    (l) =>
      l !== link &&
      l.other === link.other &&
      (isTyped(l) || keyOf(table, l)?.onDelete === 'cascade' || wholeKey(table, l.columns)),
  )
}
