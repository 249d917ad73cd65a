import type { Catalogue, CatalogueColumn, CatalogueForeignKey, CatalogueTable } from './catalogue'
import type { Condition, DataMap, MapTable } from './data-map'

/** A data map held against a catalogue: names became columns, links got a direction, paths were found. */

export interface ResolvedCondition {
  /** `this`: the table that the condition stands on; `other`: the other table of its link. */
  readonly side: 'this' | 'other'
  readonly column: CatalogueColumn
  readonly test: Condition['test']
}

export interface ResolvedLink {
  /** Position in the map's list. */
  readonly index: number
  /** Id of the table that has the link. */
  readonly table: string
  /** Id of the table it belongs (or links) to. */
  readonly other: string
  readonly pairs: readonly { readonly column: CatalogueColumn; readonly other: CatalogueColumn }[]
  readonly where: readonly ResolvedCondition[]
  /** child: this table refers to the other; value: the other refers to this table. */
  readonly direction: 'child' | 'value'
}

/** A column of a table, or of one that belongs to it: `steps` lead there, each by any of its links. */
export interface ResolvedPath {
  readonly table: string
  readonly column: CatalogueColumn
  readonly steps: readonly { readonly from: string; readonly to: string; readonly links: readonly ResolvedLink[] }[]
}

export interface ResolvedSubject {
  readonly identifiers: ReadonlyMap<string, readonly ResolvedPath[]>
  readonly where: readonly ResolvedCondition[]
}

export interface ResolvedTable {
  readonly id: string
  readonly map: MapTable
  readonly catalogue: CatalogueTable
  /** Columns that address a row; empty where there is no key (then rows are addressed by a digest of all columns). */
  readonly key: readonly CatalogueColumn[]
  readonly subject: ResolvedSubject | null
  readonly also: ReadonlyMap<string, readonly CatalogueColumn[]>
  readonly facts: ReadonlyMap<string, ResolvedPath>
  readonly name: readonly ResolvedPath[]
  readonly links: readonly ResolvedLink[]
  readonly linksTo: readonly ResolvedLink[]
  readonly refersTo: readonly ResolvedLink[]
  /** This table's columns stand first, whichever way the map wrote it. */
  readonly samePerson: readonly ResolvedLink[]
  readonly softDeleted: readonly ResolvedCondition[]
  readonly sharedBy: readonly { readonly table: string; readonly where: readonly ResolvedCondition[] }[] | null
}

export interface ResolvedMap {
  readonly map: DataMap
  readonly catalogue: Catalogue
  /** Tables with personal data and those with `personal: false`, in the map's order. */
  readonly tables: ReadonlyMap<string, ResolvedTable>
  /** Tables that the map does not name and that should be (no views, partitions, tables of extensions). */
  readonly unmapped: readonly CatalogueTable[]
  /** Foreign keys onto each mapped table, from any table. */
  readonly foreignKeysOnto: ReadonlyMap<string, readonly CatalogueForeignKey[]>
}

/** The table of this id; only for ids that came out of the resolved map itself. */
export function resolvedTable(resolved: ResolvedMap, id: string): ResolvedTable {
  const table = resolved.tables.get(id)
  if (!table) throw new Error(`The data map has no table ${id}`)
  return table
}

/** Own columns of the table that the map names as personal (`subject`, `facts`, `name`, `columns`); never generated ones. */
export function personalColumns(table: ResolvedTable): readonly CatalogueColumn[] {
  const paths = [...(table.subject?.identifiers.values() ?? [])].flat()
  const named = new Set([
    ...Object.keys(table.map.columns),
    ...[...paths, ...table.facts.values(), ...table.name].filter((p) => p.steps.length === 0).map((p) => p.column.name),
    ...[...table.also.values()].flat().map((c) => c.name),
  ])
  return table.catalogue.columns.filter((column) => named.has(column.name) && !column.generated)
}
