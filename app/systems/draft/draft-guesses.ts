import type { Executor } from '../adapters/adapter'
import type { CatalogueTable } from '../catalogue'
import { CATEGORY_OF } from './column-names'
import type { Guesses } from './draft-plan'
import { guessColumn, words, type ColumnGuess } from './guess-column'
import { holdsTwice, sampledMeanings } from './sample-values'
import {
  columnsMeaning,
  isActivityTable,
  isAddressTable,
  isEmployeeTable,
  isOfInquiries,
  isOfParticipants,
  isPersonTable,
  isSettingsTable,
  nameOf,
} from './table-kinds'

/** What the columns of every table hold, by their names and by samples that are looked at and not kept. */
export async function guessAll(executor: Executor, tables: readonly CatalogueTable[]): Promise<Guesses> {
  const all = new Map<string, ReadonlyMap<string, ColumnGuess>>()
  for (const table of tables) {
    const own = new Map<string, ColumnGuess>()
    const open: CatalogueTable['columns'][number][] = []
    const ofAnything = /(meta(_?data)?|attributes?|values?|properties)$/.test(nameOf(table))
      ? valueBesideKey(table)
      : []
    for (const column of table.columns) {
      // What it holds differs from row to row, whatever a few of them look like.
      if (ofAnything.some(([name]) => name === column.name)) continue
      const guess = guessColumn(table, column)
      if (guess) own.set(column.name, guess)
      // A log-in name may well be an e-mail address.
      if ((!guess || guess.meaning === 'user_name') && isWorthASample(table, column)) open.push(column)
    }
    for (const [name, [meaning, ...also]] of await sampledMeanings(executor, table, open)) {
      if (meaning && (meaning === 'email' || !own.has(name)))
        own.set(name, { meaning, category: CATEGORY_OF[meaning], thirdParty: false, also })
    }
    // Whose address it is; but the name of an e-mail address is that address.
    const isAddressed = isAddressTable(table) && ![...own.keys()].some((name) => words(name) === 'name')
    const isOfPersons = isPersonTable(table) || isEmployeeTable(table) || isOfParticipants(table) || isAddressed
    const called = plainName(table, own, isOfPersons)
    if (called) own.set(called.name, { meaning: called.meaning, category: 'identity', thirdParty: false })
    for (const [name, meaning] of plainNames(table)) {
      if (!own.has(name)) own.set(name, { meaning, category: CATEGORY_OF[meaning], thirdParty: false })
    }
    for (const column of table.columns) {
      const isOwn = isPersonTable(table) && words(column.name) === 'email_from' && column.family === 'text'
      if (isOwn) own.set(column.name, { meaning: 'email', category: 'contact', thirdParty: false })
    }
    all.set(table.id, own)
  }
  return all
}

/**
 * In a table of persons `name` is the person's: the whole where there is no first name (also beside a last name or a copy
 * of the whole), the last name where there is a first name and nothing else.
 */
function plainName(
  table: CatalogueTable,
  own: ReadonlyMap<string, ColumnGuess>,
  isOfPersons: boolean,
): { name: string; meaning: 'full_name' | 'last_name' } | null {
  if (!isOfPersons || table.primaryKey?.includes('name')) return null
  const has = (meaning: ColumnGuess['meaning']) =>
    [...own].some(([column, g]) => !g.thirdParty && g.meaning === meaning && !COPIES.test(words(column)))
  const name = table.columns.find((c) => words(c.name) === 'name' && c.family === 'text')?.name
  if (name === undefined || has('full_name')) return null
  if (!has('first_name')) return { name, meaning: 'full_name' }
  return has('last_name') || has('user_name') ? null : { name, meaning: 'last_name' }
}

/** Tables of leads and the like in which the same address stands in several rows: each is an inquiry, not a person. */
export async function repeatingTables(
  executor: Executor,
  tables: readonly CatalogueTable[],
  guesses: Guesses,
): Promise<ReadonlySet<string>> {
  const repeating = new Set<string>()
  for (const table of tables.filter(isOfInquiries)) {
    const addresses = columnsMeaning(table, guesses.get(table.id) ?? new Map<string, ColumnGuess>(), 'email')
    for (const column of addresses) if (await holdsTwice(executor, table, column)) repeating.add(table.id)
  }
  return repeating
}

/** Halves of a person's rows hold the name, too, where they hold one: `parties`, `entities`. */
export function withNamesOfHalves(
  tables: readonly CatalogueTable[],
  guesses: Guesses,
  halves: ReadonlySet<string>,
): Guesses {
  const all = new Map(guesses)
  for (const table of tables.filter(({ id }) => halves.has(id))) {
    const own = all.get(table.id) ?? new Map<string, ColumnGuess>()
    const called = plainName(table, own, true)
    if (!called) continue
    all.set(
      table.id,
      new Map([...own, [called.name, { meaning: called.meaning, category: 'identity', thirdParty: false }]]),
    )
  }
  return all
}

/** A table of keys and values (`usermeta`) may hold anything of whom it belongs to. */
function valueBesideKey(table: CatalogueTable): [string, 'free_text'][] {
  if (isSettingsTable(table)) return []
  const has = (pattern: RegExp) => table.columns.find((c) => c.family === 'text' && pattern.test(words(c.name)))
  const value = has(/^(meta_?|field_?|attribute_?)?(value|waarde|wert|valeur)$/)
  const isNamed = has(/^((meta|field|attribute)_?)?(key|name|field|fieldname|attribute)$/) !== undefined
  return value && isNamed && table.columns.length <= 8 ? [[value.name, 'free_text']] : []
}

/** What plain names mean in tables of what was said, done or handed over: its title, its text, its file. */
function plainNames(table: CatalogueTable): [string, 'subject_line' | 'free_text' | 'file'][] {
  const pairs = valueBesideKey(table)
  if (pairs.length > 0) return pairs
  const isOfAll = /(entity|entities)$/.test(nameOf(table)) && !isPersonTable(table)
  if (!(isActivityTable(table) || isOfAll) || isSettingsTable(table)) return []
  const isFiles = /(^|_)(attachments?|files?|uploads?|documents?|bijlagen?|anhaenge|pieces_jointes)$/.test(
    nameOf(table),
  )
  return table.columns.flatMap((column): [string, 'subject_line' | 'free_text' | 'file'][] => {
    if (column.family !== 'text' || column.generated || table.primaryKey?.includes(column.name)) return []
    const name = words(column.name)
    if (isFiles && name === 'name') return [[column.name, 'file']]
    if (/^(name|title|titel|titre|label|summary)$/.test(name)) return [[column.name, 'subject_line']]
    return /^(post|text|tekst|texte|log)$/.test(name) ? [[column.name, 'free_text']] : []
  })
}

/** Names made of other names. */
const COPIES = /(display|party|sort|complete|nick|commercial\w*|legal)_?name$|_(display|custom)$/

function isWorthASample(table: CatalogueTable, column: CatalogueTable['columns'][number]): boolean {
  const isKey = table.primaryKey?.length === 1 && table.primaryKey[0] === column.name
  return (
    (column.family === 'text' || column.family === 'json') &&
    !isKey &&
    !table.foreignKeys.some((foreign) => foreign.columns.includes(column.name))
  )
}
