import { columnOf, tableById, type CatalogueTable } from '~/systems/catalogue'
import type { MapColumn } from '~/systems/data-map'
import { unmappedTable } from '~/systems/locate/referrers'
import type { OpenSystem } from '~/systems/registry.server'
import type { ResolvedMap, ResolvedTable } from '~/systems/resolved-map'
import type { PlanSearch } from './plan-store.server'

const FREE_TEXT: MapColumn = {
  category: 'content',
  with: { kind: 'redact' },
  thirdParty: false,
  origin: null,
  label: null,
  law: null,
}

/**
 * The system as a follow-up plan sees it: tables and columns in which the scan found something stand beside those of the map,
 * since what is found may lie where nobody mapped it. Any other plan sees the system as its map says.
 */
export function withFoundTables(system: OpenSystem, search: Pick<PlanSearch, 'findings'>): OpenSystem {
  const findings = search.findings?.places.filter((each) => each.system === system.key) ?? []
  if (findings.length === 0) return system
  const tables = new Map(system.map.tables)
  for (const { table: id, column } of findings) {
    const table = tables.get(id) ?? unmapped(system.map, id)
    if (!table || !columnOf(table.catalogue, column)) continue
    const columns = { ...table.map.columns, [column]: table.map.columns[column] ?? FREE_TEXT }
    tables.set(id, { ...table, map: { ...table.map, columns } })
  }
  return { ...system, map: { ...system.map, tables } }
}

function unmapped({ catalogue }: ResolvedMap, id: string): ResolvedTable | undefined {
  const table = tableById(catalogue, id)
  return table && unmappedTable(table)
}

/** A table as the map has it; where no map names it, with nothing but its key. */
export const tableInHand = (map: ResolvedMap, table: CatalogueTable): ResolvedTable =>
  map.tables.get(table.id) ?? unmappedTable(table)
