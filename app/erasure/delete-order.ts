import type { Model } from './model'

/** Which table refers to which, among these: by foreign keys and by child links of the map. */
function refersTo(model: Model, tables: readonly string[]): Map<string, Set<string>> {
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

/**
 * The tables with those that refer before those that are referred to; tables in a circle stand together in the map's order.
 * `circular`: tables that refer to each other in a circle, or to themselves.
 */
export function deleteOrder(model: Model, tables: readonly string[]): { order: string[]; circular: Set<string> } {
  const edges = refersTo(model, tables)
  const order: string[] = []
  const circular = new Set<string>()
  const left = new Set(tables)
  while (left.size > 0) {
    const free = [...left].filter(
      (table) => ![...left].some((other) => other !== table && edges.get(other)?.has(table)),
    )
    const next = free[0] ?? [...left][0]
    if (next === undefined) break
    if (free.length === 0) for (const table of left) circular.add(table)
    order.push(next)
    left.delete(next)
  }
  for (const table of tables) {
    const self = (model.resolved.foreignKeysOnto.get(table) ?? []).some((key) => key.table === table)
    if (self) circular.add(table)
  }
  return { order, circular }
}
