import type { Executor } from '../adapters/adapter'
import { allOf, identifier, join, sql } from '../adapters/sql'
import { encodeKey, type RowKey } from '../located'
import { resolvedTable, type ResolvedLink, type ResolvedMap } from '../resolved-map'
import { dominance, type Dominates } from './dominance'
import { outgoing, reach, type Graph, type Node } from './graph'
import { samePairs, sharers, type Referrer } from './referrers'
import { addressOf, columnIn, conditionsSql, keyFrom, pairsSql, portions, selected, tableAs } from './rows'

/**
 * Takes shared value rows, and what was reached only through them, out of the set, again and again until nothing changes
 * (datamap.md, "Value rows" 1-4).
 */
export async function leaveOutShared(executor: Executor, resolved: ResolvedMap, graph: Graph): Promise<void> {
  const out = outgoing(graph)
  for (;;) {
    reach(graph, out)
    const onlyBecauseOf = dominance(graph, out)
    const values = graph.all().filter((n) => n.live && roleOf(n, onlyBecauseOf) === 'value')
    const shared = await sharedAmong(executor, resolved, graph, values, onlyBecauseOf)
    if (shared.size === 0) return
    for (const node of shared) node.removed = true
  }
}

/** A row reached both as child and as value is a child row; a child of what it alone brought in does not count. */
export function roleOf(node: Node, onlyBecauseOf: Dominates): 'own' | 'child' | 'value' {
  if (node.own) return 'own'
  const isChild = node.in.some(
    ({ from, link }) => from.live && link.direction === 'child' && !onlyBecauseOf(node, from),
  )
  return isChild ? 'child' : 'value'
}

async function sharedAmong(
  executor: Executor,
  resolved: ResolvedMap,
  graph: Graph,
  values: readonly Node[],
  onlyBecauseOf: Dominates,
): Promise<Set<Node>> {
  const byTable = new Map<string, Node[]>()
  for (const node of values) byTable.set(node.table, [...(byTable.get(node.table) ?? []), node])
  const shared = new Set<Node>()
  await Promise.all(
    [...byTable].flatMap(([id, nodes]) =>
      sharers(resolved, resolvedTable(resolved, id)).map(async (referrer) => {
        for (const key of await sharedFromOutside(executor, resolved, graph, referrer, nodes)) {
          const node = graph.get(id, key)
          if (node) shared.add(node)
        }
        for (const node of await sharedFromInside(executor, resolved, graph, referrer, nodes, onlyBecauseOf))
          shared.add(node)
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
  values: readonly Node[],
): Promise<RowKey[]> {
  const { dialect } = executor
  const value = resolvedTable(resolved, referrer.onto)
  const inSet = graph.live(referrer.table.id).map((node) => node.key)
  const address = addressOf(dialect, value, 'v')
  const refers = addressOf(dialect, referrer.table, 'r')
  const condition = allOf([
    pairsSql(dialect, referrer.pairs, 'r', 'v'),
    conditionsSql(dialect, referrer.where, { this: 'r', other: 'v' }),
  ])
  const found: RowKey[] = []
  for (const portion of portions(values, dialect.keysPerStatement)) {
    const keys = portion.map((node) => node.key)
    if (inSet.length <= dialect.keysPerStatement) {
      const rows = await executor.query(
        sql`SELECT ${selected('v', address.texts)} FROM ${tableAs(dialect, value, 'v')}
          WHERE ${address.within(keys)} AND EXISTS (SELECT 1 FROM ${tableAs(dialect, referrer.table, 'r')}
            WHERE ${condition} AND ${refers.outside(inSet)})`,
      )
      found.push(...rows.map((row) => keyFrom(row, 'v', address.texts.length)))
      continue
    }
    const known = new Set(inSet.map(encodeKey))
    const pairs = executor.stream(
      sql`SELECT ${join([selected('v', address.texts), selected('r', refers.texts)])}
        FROM ${tableAs(dialect, value, 'v')} JOIN ${tableAs(dialect, referrer.table, 'r')} ON ${condition}
        WHERE ${address.within(keys)}`,
    )
    for await (const rows of pairs) {
      for (const row of rows) {
        if (!known.has(encodeKey(keyFrom(row, 'r', refers.texts.length))))
          found.push(keyFrom(row, 'v', address.texts.length))
      }
    }
  }
  return found
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
  values: readonly Node[],
  onlyBecauseOf: Dominates,
): Promise<Node[]> {
  // Only what was reached through something else than the person's own rows can depend on a value row.
  const indirect = graph.live(referrer.table.id).filter((row) => !row.own && row.in.every((edge) => !edge.from.own))
  const among = new Set(values)
  const dependent = indirect.filter(
    (row) => values.length > 100 || values.some((v) => v !== row && onlyBecauseOf(v, row)),
  )
  if (dependent.length === 0) return []
  const { dialect } = executor
  const value = resolvedTable(resolved, referrer.onto)
  const [address, refers] = [addressOf(dialect, value, 'v'), addressOf(dialect, referrer.table, 'r')]
  const elsewhere = referrer.origin === 'belongs_to' ? null : otherLinks(referrer)
  const shared: Node[] = []
  for (const portion of portions(dependent, dialect.keysPerStatement)) {
    const flags = (elsewhere ?? []).map((link, i) => sql`${refersBy(executor, link)} AS ${identifier(`e${i}`)}`)
    const rows = await executor.query(
      sql`SELECT ${join([selected('v', address.texts), selected('r', refers.texts), ...flags])}
        FROM ${tableAs(dialect, referrer.table, 'r')} JOIN ${tableAs(dialect, value, 'v')}
          ON ${pairsSql(dialect, referrer.pairs, 'r', 'v')}
          AND ${conditionsSql(dialect, referrer.where, { this: 'r', other: 'v' })}
        WHERE ${refers.within(portion.map((node) => node.key))}`,
    )
    for (const row of rows) {
      const node = graph.get(referrer.onto, keyFrom(row, 'v', address.texts.length))
      const from = graph.get(referrer.table.id, keyFrom(row, 'r', refers.texts.length))
      if (!node || !from || node === from || !among.has(node) || !onlyBecauseOf(node, from)) continue
      const ties = elsewhere?.some(
        (link, i) => row[`e${i}`] === '1' && !from.in.some((e) => e.link === link && e.from.live),
      )
      if (ties ?? true) shared.push(node)
    }
  }
  return shared
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
