import type { Executor } from '../adapters/adapter'
import { columnOf, type CatalogueColumn, type CatalogueTable } from '../catalogue'
import { comparable, nameLinks, type DraftLink } from './draft-links'
import { guessColumn, words } from './guess-column'
import { joinedPairs, mayReferTo } from './sample-values'
import { isLoginTable, isPersonTable, isSettingsTable, nameOf } from './table-kinds'
import { callNames, stemOf } from './table-names'

/** What a table is called that an application makes of others, and may make anew. */
const DERIVED = /_(lookup|stats?|statistics|index|cache|summary|flat|grid)$/
const OF_PERSONS =
  /^(customer|client|klant|kunde|user|gebruiker|benutzer|utilisateur|member|lid|mitglied|membre|contact|person|buyer|subscriber|account_holder)$/

interface End {
  readonly table: CatalogueTable
  readonly column: CatalogueColumn
}

/**
 * The links told from the names of columns that values do not contradict. `customer_id` may be the key of `users`, though
 * there is a `customer_lookup`: where rows on both sides carry an e-mail address, it says who is meant.
 */
export async function toldLinks(
  executor: Executor,
  tables: readonly CatalogueTable[],
  known: readonly DraftLink[],
): Promise<DraftLink[]> {
  const byId = new Map(tables.map((table) => [table.id, table]))
  const named = nameLinks(tables, known)
  const people = tables.flatMap((table): End[] => {
    const key = table.primaryKey?.length === 1 ? columnOf(table, table.primaryKey[0] ?? '') : undefined
    return key && !isSettingsTable(table) && (isPersonTable(table) || isLoginTable(table))
      ? [{ table, column: key }]
      : []
  })
  const links: DraftLink[] = []
  for (const from of columnsToTell(tables, known, named)) {
    const link = named.find((l) => l.table === from.table.id && l.columns[0] === from.column.name)
    const [other, key] = [link && byId.get(link.other), link?.otherColumns[0]]
    const target = other && columnOf(other, key ?? '')
    const meant = other && target ? { table: other, column: target } : undefined
    const to = await whoIsMeant(executor, from, meant, people, [...known, ...named])
    if (to === undefined) continue
    const isGuess = !callNames(to.table).includes(stemOf(from.column.name))
    if (!(await mayReferTo(executor, from, to, isGuess ? 1 : 3))) continue
    const unsure = 'the name of the column'
    const ends = {
      table: from.table.id,
      columns: [from.column.name],
      other: to.table.id,
      otherColumns: [to.column.name],
    }
    links.push(to === meant && link ? link : { ...ends, where: {}, unsure })
  }
  return links
}

/** Columns that the names of tables explain, and those that speak of a person whom no table is called after. */
function columnsToTell(
  tables: readonly CatalogueTable[],
  known: readonly DraftLink[],
  named: readonly DraftLink[],
): End[] {
  const has = (links: readonly DraftLink[], table: CatalogueTable, column: CatalogueColumn) =>
    links.some((link) => link.table === table.id && link.columns.includes(column.name))
  return tables.flatMap((table) =>
    table.columns.flatMap((column): End[] => {
      const isOfPerson =
        OF_PERSONS.test(stemOf(column.name)) &&
        stemOf(column.name) !== words(column.name) &&
        !table.primaryKey?.includes(column.name) &&
        !has(known, table, column)
      return has(named, table, column) || isOfPerson ? [{ table, column }] : []
    }),
  )
}

async function whoIsMeant(
  executor: Executor,
  from: End,
  meant: End | undefined,
  people: readonly End[],
  links: readonly DraftLink[],
): Promise<End | undefined> {
  const speaksOfPersons = OF_PERSONS.test(stemOf(from.column.name)) && (!meant || isPersonal(meant.table))
  if (!speaksOfPersons) return meant
  const others = people.filter((each) => each.table !== meant?.table && comparable(each.column, from.column))
  if (addresses(from.table).length > 0) {
    if (meant && (await agrees(executor, from, meant))) return meant
    for (const each of others) if (each.table !== from.table && (await agrees(executor, from, each))) return each
  }
  if (meant && DERIVED.test(nameOf(meant.table)) && !DERIVED.test(nameOf(from.table))) {
    const isMaster = ({ table }: End) =>
      isLoginTable(table) && links.some((link) => link.table === meant.table.id && link.other === table.id)
    return others.find(isMaster) ?? meant
  }
  const logins = others.filter(({ table }) => isLoginTable(table))
  return (
    meant ?? (logins.length === 1 && others.length === 1 && logins[0]?.table !== from.table ? logins[0] : undefined)
  )
}

const isPersonal = (table: CatalogueTable) => isPersonTable(table) || addresses(table).length > 0

const addresses = (table: CatalogueTable) =>
  table.columns.filter((column) => guessColumn(table, column)?.meaning === 'email')

/** Whether most rows carry the address of the row that they would refer to. */
async function agrees(executor: Executor, from: End, to: End): Promise<boolean> {
  const [own, other] = [addresses(from.table)[0], addresses(to.table)[0]]
  if (!own || !other) return false
  const pairs = await joinedPairs(executor, { ...from, value: own }, { ...to, value: other })
  const same = pairs.filter(([a, b]) => a.trim().toLowerCase() === b.trim().toLowerCase()).length
  return pairs.length > 0 && same / pairs.length >= 0.5
}
