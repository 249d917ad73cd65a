import { columnOf, type CatalogueTable } from '~/systems/catalogue'
import type { Link } from '~/systems/data-map'
import { encodeKey, type LocatedPerson, type RowKey } from '~/systems/located'
import { catalogueTable, modelTable, type Model } from './model'

/** One text per row of a system. */
export function rowId(table: string, key: RowKey): string {
  return `${table}\u0000${encodeKey(key)}`
}

const sameColumns = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((each) => b.includes(each))

/**
 * Who refers to whom over a `belongs_to` (datamap.md "Direction of a link"): `child`: this table's row refers to the other;
 * `value`: the other refers to this one.
 */
export function directionOf(model: Model, tableId: string, link: Link): 'child' | 'value' {
  const own = modelTable(model, tableId).table
  const other = catalogueTable(model.catalogue, link.table)
  if (!other) return 'child'
  const columns = link.on.map((pair) => pair.column)
  const others = link.on.map((pair) => pair.other)
  const refers = (from: CatalogueTable, to: CatalogueTable, over: readonly string[]) =>
    from.foreignKeys.some((key) => key.referencedTable === to.id && sameColumns(key.columns, over))
  if (refers(own, other, columns)) return 'child'
  if (refers(other, own, others)) return 'value'
  if (other.primaryKey && sameColumns(other.primaryKey, others)) return 'child'
  const keys = [own.primaryKey ?? [], ...own.uniqueKeys.map((key) => key.columns)]
  return keys.some((key) => key.length > 0 && sameColumns(key, columns)) ? 'value' : 'child'
}

/** A reference from one row of the person to another. */
export interface Edge {
  readonly from: string
  readonly to: string
  readonly fromTable: string
  readonly columns: readonly string[]
  /** cut: `links_to`, emptied when the other goes; tie: link to a value row, emptied when it goes or is shared. */
  readonly kind: 'link' | 'cut' | 'tie'
  readonly nullable: boolean
}

/** All references among the person's rows (shared rows as targets of ties), each once. */
export function edgesOf(model: Model, person: LocatedPerson): readonly Edge[] {
  const edges = new Map<string, Edge>()
  const pairs = new Set<string>()
  const add = (edge: Edge) => {
    const id = `${edge.from}\u0001${edge.to}\u0001${edge.columns.join('\u0002')}`
    if (!edges.has(id)) edges.set(id, edge)
    pairs.add(`${edge.from}\u0001${edge.to}`)
  }
  for (const tie of person.ties)
    add({
      from: rowId(tie.table, tie.key),
      to: rowId(tie.onto.table, tie.onto.key),
      fromTable: tie.table,
      columns: tie.columns,
      kind: 'tie',
      nullable: tie.nullable,
    })
  for (const cut of person.cuts)
    for (const row of cut.rows)
      if (row.inSet && row.key)
        add({
          from: rowId(cut.table, row.key),
          to: rowId(cut.ontoTable, row.onto),
          fromTable: cut.table,
          columns: cut.columns,
          kind: 'cut',
          nullable: cut.nullable,
        })
  for (const reference of person.references)
    for (const row of reference.inside)
      add({
        from: rowId(reference.table, row.key),
        to: rowId(reference.ontoTable, row.onto),
        fromTable: reference.table,
        columns: reference.columns,
        kind: 'link',
        nullable: reference.nullable,
      })
  for (const [table, rows] of person.rows) {
    const links = modelTable(model, table).map.belongsTo
    const directions = links.map((link) => directionOf(model, table, link))
    for (const row of rows)
      for (const parent of row.parents) {
        const link = links[parent.linkIndex]
        if (!link) continue
        const own = rowId(table, row.key)
        const other = rowId(parent.table, parent.key)
        const child = directions[parent.linkIndex] === 'child'
        const [from, to] = child ? [own, other] : [other, own]
        if (pairs.has(`${from}\u0001${to}`)) continue
        const columns = link.on.map((pair) => (child ? pair.column : pair.other))
        const fromTable = child ? table : parent.table
        const at = model.tables.get(fromTable)?.table
        add({
          from,
          to,
          fromTable,
          columns,
          kind: child ? 'link' : 'tie',
          nullable: at !== undefined && columns.every((name) => columnOf(at, name)?.nullable === true),
        })
      }
  }
  return [...edges.values()]
}
