import type { Executor } from '../adapters/adapter'
import { columnOf, type CatalogueTable } from '../catalogue'
import { comparable, type DraftLink } from './draft-links'
import { mayReferTo } from './sample-values'
import { isActivityTable, isGuestTable, isHistoryTable, isPersonTable, isSettingsTable, nameOf } from './table-kinds'
import type { TypePair } from './type-pairs'

/**
 * The tables that types of one letter stand for (`T` of `ticket`, `A` of `task`): a table whose name has the letter, first if
 * may be, to which others refer or that refers to persons, and in which the ids are found that stand beside the letter. A letter means the
 * same wherever it stands, and no two mean the same.
 */
export async function lettersMeant(
  executor: Executor,
  tables: readonly CatalogueTable[],
  links: readonly DraftLink[],
  pairs: readonly TypePair[],
  values: ReadonlyMap<TypePair, readonly string[]>,
): Promise<ReadonlyMap<string, CatalogueTable>> {
  const referredTo = new Set(links.flatMap((link) => (link.table === link.other ? [] : [link.other])))
  const persons = new Set(tables.filter(isPersonTable).map((table) => table.id))
  const ofPersons = new Set(links.flatMap((link) => (persons.has(link.other) ? [link.table] : [])))
  const rank = (table: CatalogueTable) =>
    (persons.has(table.id) ? 8 : 0) +
    (ofPersons.has(table.id) ? 4 : 0) +
    (isActivityTable(table) ? 2 : 0) +
    (isGuestTable(table) ? 1 : 0)
  const entities = tables
    .filter((table) => (referredTo.has(table.id) || ofPersons.has(table.id)) && table.primaryKey?.length === 1)
    .filter((table) => !isSettingsTable(table) && !isHistoryTable(table))
    .sort((a, b) => rank(b) - rank(a) || a.name.length - b.name.length)
  const letters = [...new Set(pairs.flatMap((pair) => values.get(pair) ?? []))].filter((each) => /^[a-z]/i.test(each))
  const meant = new Map<string, CatalogueTable>()
  const prefix = commonPrefix(tables)
  for (const place of [0, 1, 2, 3]) {
    for (const letter of letters.filter((each) => !meant.has(each))) {
      const taken = new Set(meant.values())
      for (const table of entities) {
        if (taken.has(table) || placeOf(letter, table, prefix) !== place) continue
        if (
          !(await holdsIds(
            executor,
            table,
            pairs.filter((pair) => values.get(pair)?.includes(letter)),
            letter,
          ))
        )
          continue
        meant.set(letter, table)
        break
      }
    }
  }
  return meant
}

/** Where in the table's own name the letter stands first; -1 where it has none. */
function placeOf(letter: string, table: CatalogueTable, prefix: string): number {
  return nameOf(table)
    .slice(nameOf(table).startsWith(prefix) ? prefix.length : 0)
    .indexOf(letter.toLowerCase())
}

/** What most names of tables begin with: `ost_`. */
function commonPrefix(tables: readonly CatalogueTable[]): string {
  const counts = new Map<string, number>()
  for (const table of tables) {
    const first = /^[^_]+_/.exec(nameOf(table))?.[0] ?? ''
    counts.set(first, (counts.get(first) ?? 0) + 1)
  }
  const [prefix = '', count = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? []
  return count > tables.length / 2 ? prefix : ''
}

async function holdsIds(
  executor: Executor,
  table: CatalogueTable,
  pairs: readonly TypePair[],
  letter: string,
): Promise<boolean> {
  const key = columnOf(table, table.primaryKey?.[0] ?? '')
  if (!key || pairs.length === 0) return false
  for (const pair of pairs) {
    if (pair.table === table || !comparable(pair.id, key)) return false
    const from = { table: pair.table, column: pair.id, only: { column: pair.type, value: letter } }
    if (!(await mayReferTo(executor, from, { table, column: key }, 1))) return false
  }
  return true
}
