import type { Executor } from '../adapters/adapter'
import { columnOf, type CatalogueColumn, type CatalogueTable } from '../catalogue'
import { comparable, type DraftLink } from './draft-links'
import { words } from './guess-column'
import { mayReferTo, occurringValues } from './sample-values'
import { wholeKey } from './table-kinds'
import { singular } from './table-names'

/** From how many tables on a key that is another table's whole key too makes the plan of the whole database. */
const HALVES = 4

/**
 * Some CRMs give everything one row in a table of all things (`crmentity`), and its other half, with the same key, in a table
 * of its own kind. Not every half says so by a foreign key; the types that the table of all things knows tell them:
 * `emaildetails.emailid` beside the type `Emails`. A column that is called `id` and is not its table's key means that key.
 */
export async function sharedKeyLinks(
  executor: Executor,
  tables: readonly CatalogueTable[],
  known: readonly DraftLink[],
): Promise<DraftLink[]> {
  const links: DraftLink[] = []
  const ofAll = tablesOfAllThings(tables, known)
  for (const all of tables.filter((table) => ofAll.has(table.id))) {
    const key = all.primaryKey?.length === 1 ? columnOf(all, all.primaryKey[0] ?? '') : undefined
    if (!key) continue
    const types = await typesOf(executor, all)
    if (types.size === 0) continue
    for (const table of tables) {
      const says = (column: CatalogueColumn) =>
        known.some((link) => link.table === table.id && link.columns.includes(column.name))
      for (const column of table.columns) {
        if (table === all || says(column) || column.identity || !comparable(column, key)) continue
        if (!isHalf(table, column, types) && !isPlainId(table, column)) continue
        if (!(await mayReferTo(executor, { table, column }, { table: all, column: key }, 1))) continue
        const unsure = 'a key that is shared by all kinds of rows'
        links.push({
          table: table.id,
          columns: [column.name],
          other: all.id,
          otherColumns: [key.name],
          where: {},
          unsure,
        })
      }
    }
  }
  return links
}

/** Tables of which a row is half of a row in each of several others. */
export function tablesOfAllThings(tables: readonly CatalogueTable[], links: readonly DraftLink[]): ReadonlySet<string> {
  const byId = new Map(tables.map((table) => [table.id, table]))
  const halves = new Map<string, Set<string>>()
  for (const link of links) {
    const half = byId.get(link.table)
    if (!half || link.other === link.table || !wholeKey(half, link.columns)) continue
    halves.set(link.other, (halves.get(link.other) ?? new Set()).add(link.table))
  }
  return new Set([...halves].flatMap(([id, tables]) => (tables.size >= HALVES ? [id] : [])))
}

/** The kinds of rows that a table of all things knows, squashed to small letters. */
async function typesOf(executor: Executor, table: CatalogueTable): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  for (const column of table.columns) {
    if (column.family !== 'text' || !/type$|module$|class$|kind$/.test(words(column.name))) continue
    for (const value of await occurringValues(executor, table, column.name)) names.add(squashed(value))
  }
  return names
}

const squashed = (name: string) => singular(name.toLowerCase().replace(/[^a-z0-9]/g, ''))

/** The first column, its whole key or without any, called after a kind. */
function isHalf(table: CatalogueTable, column: CatalogueColumn, types: ReadonlySet<string>): boolean {
  if (table.columns[0] !== column || (table.primaryKey !== null && !wholeKey(table, [column.name]))) return false
  const stem = /^(.+?)_?id$/.exec(words(column.name))?.[1]
  return stem !== undefined && types.has(squashed(stem))
}

const isPlainId = (table: CatalogueTable, column: CatalogueColumn) =>
  table.primaryKey?.length === 1 &&
  !table.primaryKey.includes(column.name) &&
  /^(id|crmid|record_?id|entity_?id)$/.test(words(column.name))
