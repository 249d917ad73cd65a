import type { Executor, Row } from '../adapters/adapter'
import { allOf, identifier, join, sql } from '../adapters/sql'
import { resolvedTable, type ResolvedLink, type ResolvedMap } from '../resolved-map'
import { dominance, type Dominates } from './dominance'
import { keysOf, someEdge, type Graph, type Node } from './graph'
import { samePairs, sharers, type Referrer } from './referrers'
import { addressOf, columnIn, conditionsSql, eachWithin, keyFrom, pairsSql, selected, tableAs } from './rows'

/**
 * Takes shared value rows, and what was reached only through them, out of the set, again and again until nothing changes
 * (datamap.md, "Value rows" 1-4).
 */
export async function leaveOutShared(executor: Executor, resolved: ResolvedMap, graph: Graph): Promise<void> {
  for (;;) {
    graph.reach()
    const onlyBecauseOf = dominance(graph)
    const shared = await sharedAmong(executor, resolved, graph, valuesByTable(graph, onlyBecauseOf), onlyBecauseOf)
    if (shared.size === 0) return
    for (const node of shared) graph.remove(node)
  }
}

function valuesByTable(graph: Graph, onlyBecauseOf: Dominates): Map<string, Int32Array> {
  const values = new Map<string, Int32Array>()
  for (const table of graph.tables) {
    const nodes = graph.live(table).filter((node) => roleOf(graph, node, onlyBecauseOf) === 'value')
    if (nodes.length > 0) values.set(table, nodes)
  }
  return values
}

/** A row reached both as child and as value is a child row; a child of what it alone brought in does not count. */
export function roleOf(graph: Graph, node: Node, onlyBecauseOf: Dominates): 'own' | 'child' | 'value' {
  if (graph.isOwn(node)) return 'own'
  const isChild = someEdge(graph, node, (edge) => {
    const from = graph.from(edge)
    return graph.link(edge).direction === 'child' && graph.isLive(from) && !onlyBecauseOf(node, from)
  })
  return isChild ? 'child' : 'value'
}

async function sharedAmong(
  executor: Executor,
  resolved: ResolvedMap,
  graph: Graph,
  values: ReadonlyMap<string, Int32Array>,
  onlyBecauseOf: Dominates,
): Promise<Set<Node>> {
  const shared = new Set<Node>()
  await Promise.all(
    [...values].flatMap(([id, nodes]) =>
      sharers(resolved, resolvedTable(resolved, id)).map(async (referrer) => {
        const found = (node: Node) => shared.add(node)
        await sharedFromOutside(executor, resolved, graph, referrer, nodes, found)
        await sharedFromInside(executor, resolved, graph, referrer, nodes, onlyBecauseOf, found)
      }),
    ),
  )
  return shared
}

/** Value rows to which a row refers that is not in the set. */
async function sharedFromOutside(
  executor: Executor,
  resolved: ResolvedMap,
  graph: Graph,
  referrer: Referrer,
  values: Int32Array,
  found: (node: Node) => void,
): Promise<void> {
  const { dialect } = executor
  const value = resolvedTable(resolved, referrer.onto)
  const inSet = graph.live(referrer.table.id)
  const address = addressOf(dialect, value, 'v')
  const refers = addressOf(dialect, referrer.table, 'r')
  const condition = allOf([
    pairsSql(dialect, referrer.pairs, 'r', 'v'),
    conditionsSql(dialect, referrer.where, { this: 'r', other: 'v' }),
  ])
  const few = inSet.length <= dialect.keysPerStatement
  const outside = few ? refers.outside([...keysOf(graph, inSet)]) : null
  const valueKey = (row: Row) => keyFrom(row, 'v', address.texts.length)
  await eachWithin(
    executor,
    address.columns,
    keysOf(graph, values),
    (within) =>
      outside
        ? sql`SELECT ${selected('v', address.texts)} FROM ${tableAs(dialect, value, 'v')}
            WHERE ${within} AND EXISTS (SELECT 1 FROM ${tableAs(dialect, referrer.table, 'r')}
              WHERE ${condition} AND ${outside})`
        : sql`SELECT ${join([selected('v', address.texts), selected('r', refers.texts)])}
            FROM ${tableAs(dialect, value, 'v')} JOIN ${tableAs(dialect, referrer.table, 'r')} ON ${condition}
            WHERE ${within}`,
    (row) => {
      if (!outside) {
        const from = graph.get(referrer.table.id, keyFrom(row, 'r', refers.texts.length))
        if (from >= 0 && graph.isLive(from)) return
      }
      const node = graph.get(referrer.onto, valueKey(row))
      if (node >= 0) found(node)
    },
  )
}

/**
 * Value rows to which a row of the set refers that is there only because of that value row: the other participants of an
 * activity in its join table. A row that merely belongs to the value row (an attachment) ties it to nobody: by a foreign
 * key it counts only if it also refers, by a link of its own, to something that is not in the set.
 */
async function sharedFromInside(
  executor: Executor,
  resolved: ResolvedMap,
  graph: Graph,
  referrer: Referrer,
  values: Int32Array,
  onlyBecauseOf: Dominates,
  found: (node: Node) => void,
): Promise<void> {
  // Only what was reached through something else than the person's own rows can depend on a value row.
  const indirect = graph
    .live(referrer.table.id)
    .filter((row) => !graph.isOwn(row) && !someEdge(graph, row, (edge) => graph.isOwn(graph.from(edge))))
  const dependent =
    values.length > 100
      ? indirect
      : indirect.filter((row) => values.some((value) => value !== row && onlyBecauseOf(value, row)))
  if (dependent.length === 0) return
  const among = new Set(values)
  const { dialect } = executor
  const value = resolvedTable(resolved, referrer.onto)
  const [address, refers] = [addressOf(dialect, value, 'v'), addressOf(dialect, referrer.table, 'r')]
  const elsewhere = referrer.origin === 'belongs_to' ? null : otherLinks(referrer)
  const flags = (elsewhere ?? []).map((link, i) => sql`${refersBy(executor, link)} AS ${identifier(`e${i}`)}`)
  await eachWithin(
    executor,
    refers.columns,
    keysOf(graph, dependent),
    (within) => sql`SELECT ${join([selected('v', address.texts), selected('r', refers.texts), ...flags])}
      FROM ${tableAs(dialect, referrer.table, 'r')} JOIN ${tableAs(dialect, value, 'v')}
        ON ${pairsSql(dialect, referrer.pairs, 'r', 'v')}
        AND ${conditionsSql(dialect, referrer.where, { this: 'r', other: 'v' })}
      WHERE ${within}`,
    (row) => {
      const node = graph.get(referrer.onto, keyFrom(row, 'v', address.texts.length))
      const from = graph.get(referrer.table.id, keyFrom(row, 'r', refers.texts.length))
      if (node < 0 || from < 0 || node === from || !among.has(node) || !onlyBecauseOf(node, from)) return
      const reachedBy = (link: ResolvedLink) =>
        someEdge(graph, from, (edge) => graph.link(edge) === link && graph.isLive(graph.from(edge)))
      const ties = elsewhere?.some((link, i) => row[`e${i}`] === '1' && !reachedBy(link))
      if (ties ?? true) found(node)
    },
  )
}

/** Child links of the referring table other than the one that is this very reference. */
function otherLinks(referrer: Referrer): ResolvedLink[] {
  return referrer.table.links.filter(
    (link) => link.direction === 'child' && !(link.other === referrer.onto && samePairs(link.pairs, referrer.pairs)),
  )
}

function refersBy({ dialect }: Executor, link: ResolvedLink) {
  const own = link.where.filter((condition) => condition.side === 'this')
  const filled = link.pairs.map((pair) => sql`${columnIn('r', pair.column)} IS NOT NULL`)
  const holds = allOf([...filled, conditionsSql(dialect, own, { this: 'r', other: 'r' })])
  return sql`CASE WHEN ${holds} THEN 1 ELSE 0 END`
}
