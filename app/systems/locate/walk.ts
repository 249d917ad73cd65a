import type { Executor, KeyColumn } from '../adapters/adapter'
import { identifier, join, sql } from '../adapters/sql'
import type { RowKey } from '../located'
import { resolvedTable, type ResolvedLink, type ResolvedMap, type ResolvedTable } from '../resolved-map'
import type { Graph, Node } from './graph'
import { addressOf, columnIn, conditionsSql, keyFrom, pairsSql, portions, selected, tableAs } from './rows'

/** One row of a link's table that belongs to one row of the other table. */
export interface LinkedPair {
  readonly other: RowKey
  readonly own: RowKey
  /** False for a row of a subject table outside its `where`. */
  readonly person: boolean
}

/** Follows the links outwards from the graph's rows, a statement per link and round, until nothing new is found. */
export async function walk(executor: Executor, resolved: ResolvedMap, graph: Graph): Promise<void> {
  const linksOnto = new Map<string, ResolvedLink[]>()
  for (const table of resolved.tables.values()) {
    for (const link of table.links) linksOnto.set(link.other, [...(linksOnto.get(link.other) ?? []), link])
  }
  let frontier = graph.all()
  while (frontier.length > 0) {
    const found: Node[] = []
    const tables = groupByTable(frontier)
    const steps = [...tables].flatMap(([table, nodes]) => (linksOnto.get(table) ?? []).map((link) => ({ link, nodes })))
    const answers = await Promise.all(
      steps.map(async ({ link, nodes }) => ({
        link,
        pairs: await linkedRows(
          executor,
          resolved,
          link,
          nodes.map((n) => n.key),
        ),
      })),
    )
    for (const { link, pairs } of answers) for (const node of takeIn(resolved, graph, link, pairs)) found.push(node)
    frontier = found
  }
}

function groupByTable(nodes: readonly Node[]): Map<string, Node[]> {
  const groups = new Map<string, Node[]>()
  for (const node of nodes) {
    const group = groups.get(node.table)
    if (group) group.push(node)
    else groups.set(node.table, [node])
  }
  return groups
}

/** The rows that belong by this link to rows of the other table. */
export async function linkedRows(
  executor: Executor,
  resolved: ResolvedMap,
  link: ResolvedLink,
  keys: readonly RowKey[],
): Promise<LinkedPair[]> {
  const { dialect } = executor
  const own = resolvedTable(resolved, link.table)
  const other = resolvedTable(resolved, link.other)
  const [ownAddress, otherAddress] = [addressOf(dialect, own, 't'), addressOf(dialect, other, 'o')]
  const person = isPersonSql(executor, own)
  const found: LinkedPair[] = []
  const key = ownKeyColumn(other, link)
  for (const portion of portions(keys, dialect.keysPerStatement)) {
    const rows = await executor.query(
      key
        ? sql`SELECT ${join([selected('o', [dialect.asText(key.expression, key.column)]), selected('t', ownAddress.texts), ...person])}
        FROM ${tableAs(dialect, own, 't')}
        WHERE ${dialect.inKeys([key], portion)} AND ${conditionsSql(dialect, link.where, { this: 't', other: 't' })}`
        : sql`SELECT ${join([selected('o', otherAddress.texts), selected('t', ownAddress.texts), ...person])}
        FROM ${tableAs(dialect, other, 'o')} JOIN ${tableAs(dialect, own, 't')}
          ON ${pairsSql(dialect, link.pairs, 't', 'o')} AND ${conditionsSql(dialect, link.where, { this: 't', other: 'o' })}
        WHERE ${otherAddress.within(portion)}`,
    )
    for (const row of rows) {
      found.push({
        other: keyFrom(row, 'o', otherAddress.texts.length),
        own: keyFrom(row, 't', ownAddress.texts.length),
        person: person.length === 0 || row.person === '1',
      })
    }
  }
  return found
}

/**
 * The column that holds the other row's whole key, of the very same type: the other table need not be read again. Only for
 * types whose values have one spelling, so that the text of the reference is the text of the key.
 */
function ownKeyColumn(other: ResolvedTable, link: ResolvedLink): KeyColumn | null {
  const [pair, more] = link.pairs
  if (!pair || more || other.key.length !== 1 || other.key[0]?.name !== pair.other.name) return null
  if (pair.column.type !== pair.other.type || !['integer', 'uuid'].includes(pair.column.family)) return null
  if (/zerofill|^bit/.test(pair.column.type) || link.where.some((condition) => condition.side === 'other')) return null
  return { column: pair.column, expression: columnIn('t', pair.column) }
}

function isPersonSql({ dialect }: Executor, table: ResolvedTable) {
  const where = table.subject?.where ?? []
  if (where.length === 0) return []
  const inside = conditionsSql(dialect, where, { this: 't', other: 't' })
  return [sql`CASE WHEN ${inside} THEN 1 ELSE 0 END AS ${identifier('person')}`]
}

function takeIn(resolved: ResolvedMap, graph: Graph, link: ResolvedLink, pairs: readonly LinkedPair[]): Node[] {
  const table = resolvedTable(resolved, link.table)
  const fresh: Node[] = []
  const counts = new Map<Node, Map<Node, number>>()
  for (const pair of pairs) {
    const from = graph.get(link.other, pair.other)
    if (!from) continue
    let node = graph.get(link.table, pair.own)
    if (!node && table.subject) {
      // Another person, or an organisation or household that is none: the walk ends there.
      if (pair.person) graph.others.push({ table: link.table, key: pair.own, from })
      continue
    }
    if (!node) {
      node = graph.add(link.table, pair.own, false)
      fresh.push(node)
    }
    if (table.key.length === 0) {
      const sofar = (counts.get(node)?.get(from) ?? 0) + 1
      counts.set(node, (counts.get(node) ?? new Map<Node, number>()).set(from, sofar))
      node.count = Math.max(node.count, sofar)
      if (sofar > 1) continue
    }
    if (node !== from || !node.own) node.in.push({ from, link })
  }
  return fresh
}
