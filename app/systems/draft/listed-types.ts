import type { Executor } from '../adapters/adapter'
import type { CatalogueColumn, CatalogueTable } from '../catalogue'
import { words } from './guess-column'
import { occurringPairs } from './sample-values'

/**
 * What an application itself says its types are called: a table with the names of tables in one column and the names of
 * modules, models or entities in another (`modulename` and `tablename`, `lhs_module` and `lhs_table`).
 */
export async function listedTypes(
  executor: Executor,
  tables: readonly CatalogueTable[],
): Promise<ReadonlyMap<string, CatalogueTable>> {
  const byName = new Map(tables.map((table) => [table.name.toLowerCase(), table]))
  const types = new Map<string, CatalogueTable>()
  for (const table of tables) {
    for (const [ofTable, ofType] of columnsOfTypes(table)) {
      const rows = await occurringPairs(executor, table, ofType, ofTable)
      const named = rows.flatMap(([type, name]) => {
        const found = byName.get(name.toLowerCase())
        return found ? [[type, found] as const] : []
      })
      if (named.length < rows.length / 2) continue
      for (const [type, found] of named) if (!types.has(type)) types.set(type, found)
    }
  }
  return types
}

function columnsOfTypes(table: CatalogueTable): [CatalogueColumn, CatalogueColumn][] {
  return table.columns.flatMap((ofTable): [CatalogueColumn, CatalogueColumn][] => {
    const stem = /^(.*?_?)(?:table|table_?name)$/.exec(words(ofTable.name))?.[1]
    if (stem === undefined || ofTable.family !== 'text') return []
    const names = ['module', 'modulename', 'module_name', 'model', 'model_name', 'entity', 'entity_type', 'class']
    const ofType = table.columns.find((c) => c.family === 'text' && names.some((name) => words(c.name) === stem + name))
    return ofType ? [[ofTable, ofType]] : []
  })
}
