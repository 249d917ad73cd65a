import { encodeKey, type LocatedPerson, type RowKey } from '~/systems/located'
import { modelTable, type Model } from './model'

/** One text per row of a system. */
export function rowId(table: string, key: RowKey): string {
  return `${table}\u0000${encodeKey(key)}`
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
    const { links } = modelTable(model, table).resolved
    for (const row of rows)
      for (const parent of row.parents) {
        const link = links.find((each) => each.index === parent.linkIndex)
        if (!link) continue
        const own = rowId(table, row.key)
        const other = rowId(parent.table, parent.key)
        const child = link.direction === 'child'
        const [from, to] = child ? [own, other] : [other, own]
        if (pairs.has(`${from}\u0001${to}`)) continue
        const columns = link.pairs.map((pair) => (child ? pair.column : pair.other))
        add({
          from,
          to,
          fromTable: child ? table : parent.table,
          columns: columns.map((column) => column.name),
          kind: child ? 'link' : 'tie',
          nullable: columns.every((column) => column.nullable),
        })
      }
  }
  return [...edges.values()]
}
