import { columnOf, tableById, type CatalogueColumn, type CatalogueTable } from '~/systems/catalogue'
import type { Condition, DataMap, MapTable, RightEffect } from '~/systems/data-map'
import { columnsInPath } from '~/systems/file-path'
import type { ResolvedMap, ResolvedTable } from '~/systems/resolved-map'

/** A mapped table with all that the engine has to know of it. */
export interface ModelTable {
  readonly id: string
  readonly map: MapTable
  readonly resolved: ResolvedTable
  readonly table: CatalogueTable
  /** Every column that the map reads or writes, sorted by name; of a table without a key every column. */
  readonly touched: readonly CatalogueColumn[]
}

/** A connected system as erasure sees it. */
export interface Model {
  readonly system: string
  readonly resolved: ResolvedMap
  readonly tables: ReadonlyMap<string, ModelTable>
}

/** What erasure has to know of a system, out of its map as it was held against the catalogue. */
export function modelOf(resolved: ResolvedMap): Model {
  const named = namedElsewhere(resolved.map)
  const tables = new Map<string, ModelTable>()
  for (const [id, table] of resolved.tables) {
    const { catalogue, key, map } = table
    const wanted = new Set([...key.map((c) => c.name), ...ownColumns(map), ...(named.get(id) ?? [])])
    const all = key.length === 0 ? catalogue.columns : [...wanted].flatMap((name) => columnOf(catalogue, name) ?? [])
    const touched = [...all].sort((a, b) => (a.name < b.name ? -1 : 1))
    tables.set(id, { id, map, resolved: table, table: catalogue, touched })
  }
  return { system: resolved.map.system, resolved, tables }
}

export function modelTable(model: Model, id: string): ModelTable {
  const table = model.tables.get(id)
  if (!table) throw new Error(`The data map of ${model.system} does not name ${id}`)
  return table
}

/**
 * The columns by which a plan knows a row again: all that the map touches but those that only hold the mark of an open
 * request. The program itself writes and moves that mark, and nobody decided anything by it.
 */
export function boundColumns({ touched, map }: ModelTable): string[] {
  const mark = new Set(Object.keys(map.onRequest?.set ?? {}))
  return touched.map((column) => column.name).filter((name) => !mark.has(name))
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
    ...table.files.flatMap((file) => [file.column, ...columnsInPath(file.path)]),
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
      addQualified(
        link.where.map((c) => c.column),
        id,
      )
    }
    for (const needed of table.neededWhile) {
      for (const condition of needed.where) {
        const { table: of, column } = splitColumn(condition.column, needed.table)
        add(of, column)
      }
    }
    addQualified(
      table.keepFor.flatMap((term) => [...term.from.columns, ...term.needs]),
      id,
    )
    addQualified(
      table.deleteAfter.flatMap((step) => step.from?.columns ?? []),
      id,
    )
    addQualified(
      Object.values(table.subject?.identifiers ?? {}).flatMap((columns) => columns.map((c) => c.column)),
      id,
    )
    addQualified([...Object.values(table.facts), ...table.name], id)
  }
  return named
}

/** Any table of the catalogue by the id a map or a foreign key gives it, mapped or not. */
export function catalogueTable(model: Model, id: string): CatalogueTable | undefined {
  const { catalogue } = model.resolved
  const prefix = `${catalogue.defaultSchema}.`
  return (
    model.resolved.tables.get(id)?.catalogue ??
    tableById(catalogue, id) ??
    (id.startsWith(prefix) ? tableById(catalogue, id.slice(prefix.length)) : undefined)
  )
}
