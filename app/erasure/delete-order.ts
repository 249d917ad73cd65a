import { columnOf, type CatalogueForeignKey } from '~/systems/catalogue'
import { modelTable, type Model } from './model'
import type { Decision } from './plan'

type Edges = ReadonlyMap<string, ReadonlySet<string>>

/** Which table refers to which, among these: by foreign keys and by child links of the map. */
function refersTo(model: Model, tables: readonly string[]): Edges {
  const known = new Set(tables)
  const edges = new Map(tables.map((table) => [table, new Set<string>()]))
  const add = (from: string, to: string) => {
    if (from !== to && known.has(from) && known.has(to)) edges.get(from)?.add(to)
  }
  for (const table of tables) {
    for (const key of model.resolved.foreignKeysOnto.get(table) ?? []) add(key.table, table)
    for (const link of model.resolved.tables.get(table)?.links ?? [])
      if (link.direction === 'child') add(table, link.other)
      else add(link.other, table)
  }
  return edges
}

/** The references that cannot be emptied first, so that their rows must go before those they refer to. */
function holdsTo(model: Model, tables: readonly string[]): Edges {
  const known = new Set(tables)
  const edges = new Map(tables.map((table) => [table, new Set<string>()]))
  for (const table of tables)
    for (const key of model.resolved.foreignKeysOnto.get(table) ?? [])
      if (key.table !== table && known.has(key.table) && emptiable(model, key).length === 0)
        edges.get(key.table)?.add(table)
  return edges
}

/** Columns of a reference that may be NULL and by which no row is addressed. */
export function emptiable(model: Model, key: CatalogueForeignKey): string[] {
  const of = model.tables.get(key.table)
  const addressing = new Set(of?.resolved.key.map((column) => column.name))
  return key.columns.filter((name) => of && columnOf(of.table, name)?.nullable && !addressing.has(name))
}

/**
 * The tables with those that refer before those that are referred to; of tables in a circle those first that hold to another
 * by a reference that cannot be emptied, else in the map's order. `circular`: tables that refer to each other in a circle, or
 * to themselves.
 */
export function deleteOrder(model: Model, tables: readonly string[]): { order: string[]; circular: Set<string> } {
  const edges = refersTo(model, tables)
  const holds = holdsTo(model, tables)
  const order: string[] = []
  const left = new Set(tables)
  const freeOf = (by: Edges) =>
    [...left].find((table) => ![...left].some((other) => other !== table && by.get(other)?.has(table)))
  while (left.size > 0) {
    const next = freeOf(edges) ?? freeInCircle(edges, holds, left) ?? [...left][0]
    if (next === undefined) break
    order.push(next)
    left.delete(next)
  }
  const circular = new Set(tables.filter((table) => comesBack(edges, table)))
  for (const table of tables) {
    const self = (model.resolved.foreignKeysOnto.get(table) ?? []).some((key) => key.table === table)
    if (self) circular.add(table)
  }
  return { order, circular }
}

/** A table that no other holds to and to which only tables of its own circle refer. */
function freeInCircle(edges: Edges, holds: Edges, left: ReadonlySet<string>): string | undefined {
  const isFree = (table: string) =>
    [...left].every(
      (other) =>
        other === table ||
        !(holds.get(other)?.has(table) || (edges.get(other)?.has(table) && !comesFrom(edges, table, other))),
    )
  return [...left].find(isFree)
}

const comesBack = (edges: Edges, table: string) =>
  [...(edges.get(table) ?? [])].some((to) => comesFrom(edges, to, table))

/** Whether references lead from one table to the other. */
function comesFrom(edges: Edges, from: string, to: string): boolean {
  const seen = new Set([from])
  for (const table of seen) {
    if (table === to) return true
    for (const next of edges.get(table) ?? []) seen.add(next)
  }
  return false
}

/**
 * Log rows go last, since triggers write into them meanwhile; but not rows that are to be deleted and whose table refers by a
 * foreign key that would hold back what it refers to.
 */
export function goesLast(model: Model, set: Pick<Decision, 'table' | 'action'>): boolean {
  const { map, table } = modelTable(model, set.table)
  const holdsBack = table.foreignKeys.some(
    (key) => key.referencedTable !== table.id && ['no_action', 'restrict'].includes(key.onDelete),
  )
  return map.history && !(set.action === 'delete' && holdsBack)
}
