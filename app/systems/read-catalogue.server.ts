import type { DatabaseAdapter } from './adapters/adapter'
import type { Catalogue, CatalogueTable } from './catalogue'

/**
 * The catalogue as both roles together see it. PostgreSQL shows it to everybody; MySQL shows each role what it has rights on,
 * so a run role alone would not know of tables that it may not touch. Throws `SystemError`.
 */
export async function readWholeCatalogue({
  run,
  scan,
}: {
  run: DatabaseAdapter
  scan: DatabaseAdapter | null
}): Promise<Catalogue> {
  const own = await run.readCatalogue()
  if (!scan || run.engine === 'postgres') return own
  return seenTogether(own, await scan.readCatalogue())
}

const longer = <T>(a: readonly T[], b: readonly T[]): readonly T[] => (b.length > a.length ? b : a)

/** Tables that either sees, with all that either knows of them. */
export function seenTogether(a: Catalogue, b: Catalogue): Catalogue {
  const tables = new Map(a.tables.map((table) => [table.id, table]))
  for (const table of b.tables) {
    const known = tables.get(table.id)
    tables.set(table.id, known ? both(known, table) : table)
  }
  return { ...a, tables: [...tables.values()].sort((x, y) => (x.id < y.id ? -1 : 1)) }
}

function both(a: CatalogueTable, b: CatalogueTable): CatalogueTable {
  return {
    ...a,
    columns: longer(a.columns, b.columns),
    primaryKey: a.primaryKey ?? b.primaryKey,
    uniqueKeys: longer(a.uniqueKeys, b.uniqueKeys),
    foreignKeys: longer(a.foreignKeys, b.foreignKeys),
    checks: longer(a.checks, b.checks),
    triggers: longer(a.triggers, b.triggers),
    indexes: longer(a.indexes, b.indexes),
    rowEstimate: Math.max(a.rowEstimate, b.rowEstimate),
  }
}
