import type { CatalogueTable } from '../catalogue'
import type { DraftLink } from './draft-links'
import type { Meaning } from './column-names'
import { words, type ColumnGuess } from './guess-column'
import {
  columnsMeaning,
  isAddressTable,
  isBookTable,
  isEmployeeTable,
  isGuestTable,
  isHistoryTable,
  isLoginTable,
  isOrganisationTable,
  isPersonTable,
  isSettingsTable,
  isValueTable,
  nameOf,
  namesADoer,
  wholeKey,
} from './table-kinds'

export type Guesses = ReadonlyMap<string, ReadonlyMap<string, ColumnGuess>>

const NAMES = ['first_name', 'last_name', 'full_name', 'middle_name', 'initials'] as const

/**
 * The tables in which a row is a person: by their name (contacts, leads, klanten), or by what only persons have (a date of
 * birth, a gender, a customer number). Users of the application count where there are no customers, employees where the
 * database keeps their private data.
 */
export function chooseSubjects(
  tables: readonly CatalogueTable[],
  guesses: Guesses,
  links: readonly DraftLink[],
  /** Tables that hold one person several times, as inquiries do. */
  repeating: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  const has = (table: CatalogueTable, ...meanings: readonly Meaning[]) =>
    columnsMeaning(table, guesses.get(table.id) ?? new Map<string, ColumnGuess>(), ...meanings).length > 0
  const hasBothNames = (t: CatalogueTable) => has(t, 'first_name') && has(t, 'last_name') && has(t, 'email', 'phone')
  const isPossible = (t: CatalogueTable) =>
    !repeating.has(t.id) && !isSettingsTable(t) && !isHistoryTable(t) && (!isOrganisationTable(t) || hasBothNames(t))
  const byId = new Map(tables.map((table) => [table.id, table]))
  /** Refers to nothing but lists, companies and staff: its rows are of nobody else. */
  const standsAlone = (t: CatalogueTable) =>
    !isGuestTable(t) &&
    links.every((link) => {
      const other = byId.get(link.other)
      return (
        link.table !== t.id ||
        !other ||
        other === t ||
        isSettingsTable(other) ||
        isOrganisationTable(other) ||
        isEmployeeTable(other) ||
        isAddressTable(other) ||
        namesADoer(link.columns[0] ?? '')
      )
    })
  const hasShape = (t: CatalogueTable) =>
    has(t, 'birth_date', 'gender', 'customer_number', 'national_number') &&
    has(t, 'email') &&
    !isBookTable(t) &&
    !isValueTable(t) &&
    !/(^|_)(orders?|bestelling(en)?|quotes?|grid_flat|registrations?)$/.test(t.name.toLowerCase())
  const told = tables.filter((t) => isPossible(t) && has(t, ...NAMES) && (isPersonTable(t) || hasShape(t)))
  const likely = told.length > 0 ? told : tables.filter((t) => isPossible(t) && hasBothNames(t) && standsAlone(t))
  const persons = likely.filter((t) => !isEmployeeTable(t))
  const users = likely.filter(isLoginTable)
  const clients = persons.length > 0 ? persons : users.length > 0 ? users : likely
  const staff = likely.filter(
    (t) =>
      isEmployeeTable(t) && !isLoginTable(t) && has(t, 'birth_date', 'national_number') && has(t, 'street', 'email'),
  )
  const asking = users.filter((t) => isAskedFor(t, byId, links))
  const chosen = [...new Set([...clients, ...staff, ...asking])]
  return new Set(chosen.filter((t) => !extendsAnother(t, chosen, links)).map((t) => t.id))
}

/** Users who ask for help are persons too, beside the contacts: tickets name them as who asks, or say in what role. */
function isAskedFor(
  users: CatalogueTable,
  byId: ReadonlyMap<string, CatalogueTable>,
  links: readonly DraftLink[],
): boolean {
  return links.some((link) => {
    const table = byId.get(link.table)
    if (link.other !== users.id || !table) return false
    if (ASKS.test(words(link.columns[0] ?? ''))) return isGuestTable(table) && !isBookTable(table)
    const hasRole = table.columns.some((c) => /^(type|role|rol|kind|soort)$/.test(words(c.name)))
    return (
      hasRole && table.columns.length <= 8 && links.some((l) => l.table === table.id && isTicket(byId.get(l.other)))
    )
  })
}

const ASKS = /(^|_)(requester|reporter|caller|aanvrager|melder|demandeur|antragsteller)(_|$)/
const isTicket = (table: CatalogueTable | undefined) =>
  table !== undefined && /(^|_)(tickets?|requests?|incidents?|meldingen)$/.test(nameOf(table))

/** A table whose whole key refers to another subject table, or that is no person by name and refers to one, adds to it. */
function extendsAnother(
  table: CatalogueTable,
  chosen: readonly CatalogueTable[],
  links: readonly DraftLink[],
): boolean {
  return links.some((link) => {
    if (link.table !== table.id || link.other === table.id) return false
    if (!chosen.some((other) => other.id === link.other)) return false
    if (wholeKey(table, link.columns)) return true
    return !isPersonTable(table) && !namesADoer(link.columns[0] ?? '') && link.columns.length === 1
  })
}
