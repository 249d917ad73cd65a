import { columnOf, rowKeyColumns, tableById, type Catalogue, type CatalogueTable } from '~/systems/catalogue'
import type { Condition, DataMap, MapTable, RightEffect } from '~/systems/data-map'

/** A mapped table with all that the engine has to know of it. */
export interface ModelTable {
  readonly id: string
  readonly map: MapTable
  readonly table: CatalogueTable
  /** Columns that address a row; null only for a history table without a key. */
  readonly key: readonly string[] | null
  /** Every column that the map reads or writes, sorted; of a table without a key every column. */
  readonly touched: readonly string[]
}

/** A connected system as erasure sees it: its map laid over its catalogue. */
export interface Model {
  readonly system: string
  readonly map: DataMap
  readonly catalogue: Catalogue
  readonly tables: ReadonlyMap<string, ModelTable>
}

/** Lays a checked map over the catalogue that it was checked against. Throws when a table is missing from it. */
export function modelOf(map: DataMap, catalogue: Catalogue): Model {
  const tables = new Map<string, ModelTable>()
  const named = namedElsewhere(map)
  for (const [id, table] of Object.entries(map.tables)) {
    const found = catalogueTable(catalogue, id)
    if (!found) throw new Error(`The data map of ${map.system} names a table that is not there: ${id}`)
    const key = rowKeyColumns(found)
    const columns = key ? new Set([...key, ...ownColumns(table), ...(named.get(id) ?? [])]) : found.columns.map((c) => c.name)
    const touched = [...columns].filter((name) => columnOf(found, name)).sort()
    tables.set(id, { id, map: table, table: found, key, touched })
  }
  return { system: map.system, map, catalogue, tables }
}

/** The catalogue's table for an id of the map, which may name the default schema or not. */
export function catalogueTable(catalogue: Catalogue, id: string): CatalogueTable | undefined {
  const prefix = `${catalogue.defaultSchema}.`
  return tableById(catalogue, id) ?? (id.startsWith(prefix) ? tableById(catalogue, id.slice(prefix.length)) : undefined)
}

export function modelTable(model: Model, id: string): ModelTable {
  const table = model.tables.get(id)
  if (!table) throw new Error(`The data map of ${model.system} does not name ${id}`)
  return table
}

/** `table.column` taken apart; a plain name is a column of `own`. The table may itself hold a dot (`schema.table`). */
export function splitColumn(name: string, own: string): { table: string; column: string } {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? { table: own, column: name } : { table: name.slice(0, dot), column: name.slice(dot + 1) }
}

const effects = (table: MapTable): readonly RightEffect[] => [
  ...table.onObjection,
  ...table.onRestriction,
  ...table.onRestrictionLifted,
  ...table.onConsentWithdrawal,
]

function ownColumns(table: MapTable): string[] {
  const plain = (names: readonly string[]) => names.filter((name) => !name.includes('.'))
  const conditions = (where: readonly Condition[]) => plain(where.map((condition) => condition.column))
  return [
    ...plain(Object.values(table.subject?.identifiers ?? {}).flatMap((columns) => columns.map((c) => c.column))),
    ...conditions(table.subject?.where ?? []),
    ...Object.values(table.also).flat(),
    ...plain(Object.values(table.facts)),
    ...plain(table.name),
    ...conditions(table.softDeleted),
    ...Object.keys(table.columns),
    ...[...table.belongsTo, ...table.linksTo, ...table.samePerson].flatMap((link) => [
      ...link.on.map((pair) => pair.column),
      ...conditions(link.where),
    ]),
    ...plain(table.keepFor.flatMap((term) => term.from.columns)),
    ...plain(table.deleteAfter.flatMap((step) => step.from?.columns ?? [])),
    ...Object.keys(table.whileKept ?? {}),
    ...effects(table).flatMap((each) => (each.effect.kind === 'set' ? Object.keys(each.effect.set) : [])),
    ...Object.keys(table.onRequest?.set ?? {}),
  ]
}

/** Columns that other tables' entries name: the far side of links, terms, conditions. */
function namedElsewhere(map: DataMap): Map<string, Set<string>> {
  const named = new Map<string, Set<string>>()
  const add = (table: string, column: string) => {
    const of = named.get(table) ?? new Set<string>()
    named.set(table, of.add(column))
  }
  const addQualified = (names: readonly string[], own: string) => {
    for (const name of names.filter((each) => each.includes('.'))) {
      const { table, column } = splitColumn(name, own)
      add(table, column)
    }
  }
  for (const [id, table] of Object.entries(map.tables)) {
    for (const link of [...table.belongsTo, ...table.linksTo, ...table.samePerson, ...table.refersTo]) {
      for (const pair of link.on) add(link.table, pair.other)
      addQualified(link.where.map((c) => c.column), id)
    }
    for (const needed of table.neededWhile) {
      for (const condition of needed.where) {
        const { table: of, column } = splitColumn(condition.column, needed.table)
        add(of, column)
      }
    }
    addQualified(table.keepFor.flatMap((term) => [...term.from.columns, ...term.needs]), id)
    addQualified(table.deleteAfter.flatMap((step) => step.from?.columns ?? []), id)
    addQualified(Object.values(table.subject?.identifiers ?? {}).flatMap((columns) => columns.map((c) => c.column)), id)
    addQualified([...Object.values(table.facts), ...table.name], id)
  }
  return named
}
