import type { Executor } from '~/systems/adapters/adapter'
import type { Identifiers } from '~/systems/located'
import { rowsWith } from '~/systems/locate/candidates'
import { normalIdentifiers } from '~/systems/locate/find-subjects'
import { resolvedTable, type ResolvedMap, type ResolvedPath } from '~/systems/resolved-map'
import type { RowSet } from './row-sets'

/**
 * The map without the ways that lead to a person over another table in which only rows that stay (an order under a duty to
 * keep) hold the identifier: by these the person goes on being found, and the plan says so. `mayStay`: true for sets of rows
 * that the plan leaves with their identifier. Runs SELECTs only; throws `SystemError` when the database fails.
 */
export async function withoutKeptHolders(
  executor: Executor,
  map: ResolvedMap,
  identifiers: Identifiers,
  sets: readonly RowSet[],
  mayStay: (set: RowSet) => boolean,
): Promise<ResolvedMap> {
  const { phoneCountry } = map.map
  const proven = normalIdentifiers(identifiers, phoneCountry)
  const counts = async (kind: string, { table, column, steps }: ResolvedPath): Promise<boolean> => {
    const values = proven.get(kind)
    if (steps.length === 0 || !values) return true
    const keys = await rowsWith(executor, resolvedTable(map, table), column, kind, values, phoneCountry)
    const holders = sets.filter((set) => set.table === table && keys.some((key) => set.rows.indexOf(key) >= 0))
    return holders.length === 0 || !holders.every(mayStay)
  }
  const tables = new Map(map.tables)
  for (const [id, table] of map.tables) {
    if (!table.subject) continue
    const counted = new Map<string, ResolvedPath[]>()
    for (const [kind, paths] of table.subject.identifiers) {
      const left: ResolvedPath[] = []
      for (const path of paths) if (await counts(kind, path)) left.push(path)
      counted.set(kind, left)
    }
    tables.set(id, { ...table, subject: { ...table.subject, identifiers: counted } })
  }
  return { ...map, tables }
}
