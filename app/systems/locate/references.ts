import type { Executor } from '../adapters/adapter'
import { allOf, join, sql } from '../adapters/sql'
import { encodeKey, type LocatedCut, type LocatedReference, type LocatedTie, type RowKey } from '../located'
import { resolvedTable, type ResolvedLink, type ResolvedMap, type ResolvedTable } from '../resolved-map'
import type { Graph, Node } from './graph'
import { foreignKeyReferrers, samePairs, standingReferrers, type Referrer } from './referrers'
import { addressOf, conditionsSql, keyFrom, pairsSql, portions, selected, tableAs } from './rows'

type Shape = Pick<Referrer, 'table' | 'onto' | 'pairs' | 'where'>
type Pair = { readonly key: RowKey; readonly onto: RowKey }

/** Pairs of a referring row and the row of the set it refers to; the referring rows may be anywhere. */
async function pairsOnto(
  executor: Executor,
  resolved: ResolvedMap,
  shape: Shape,
  onto: readonly RowKey[],
): Promise<Pair[]> {
  const { dialect } = executor
  const other = resolvedTable(resolved, shape.onto)
  const [refers, address] = [addressOf(dialect, shape.table, 'r'), addressOf(dialect, other, 'o')]
  const found: Pair[] = []
  for (const portion of portions(onto, dialect.keysPerStatement)) {
    const rows = await executor.query(
      sql`SELECT ${join([selected('r', refers.texts), selected('o', address.texts)])}
        FROM ${tableAs(dialect, other, 'o')} JOIN ${tableAs(dialect, shape.table, 'r')}
          ON ${allOf([pairsSql(dialect, shape.pairs, 'r', 'o'), conditionsSql(dialect, shape.where, { this: 'r', other: 'o' })])}
        WHERE ${address.within(portion)}`,
    )
    for (const row of rows) {
      found.push({ key: keyFrom(row, 'r', refers.texts.length), onto: keyFrom(row, 'o', address.texts.length) })
    }
  }
  return found
}

const nullable = (pairs: ResolvedLink['pairs']) => pairs.some((pair) => pair.column.nullable)

/** Who refers to the rows of the set, by links and foreign keys that do not give way by themselves. */
export async function readReferences(
  executor: Executor,
  resolved: ResolvedMap,
  graph: Graph,
): Promise<LocatedReference[]> {
  const work = liveTables(resolved, graph).flatMap((table) => standingReferrers(resolved, table))
  return Promise.all(
    work.map(async (referrer): Promise<LocatedReference> => {
      const onto = graph.live(referrer.onto).map((node) => node.key)
      const pairs = await pairsOnto(executor, resolved, referrer, onto)
      const inside = pairs.filter((pair) => graph.get(referrer.table.id, pair.key)?.live)
      const outside = new Map<string, { onto: RowKey; rows: number }>()
      for (const pair of pairs) {
        if (graph.get(referrer.table.id, pair.key)?.live) continue
        const sofar = outside.get(encodeKey(pair.onto))
        if (sofar) sofar.rows += 1
        else outside.set(encodeKey(pair.onto), { onto: pair.onto, rows: 1 })
      }
      return {
        table: referrer.table.id,
        columns: referrer.pairs.map((p) => p.column.name),
        ontoTable: referrer.onto,
        origin: referrer.origin,
        onDelete: referrer.foreignKey?.onDelete ?? null,
        nullable: nullable(referrer.pairs),
        inside,
        outside: [...outside.values()],
      }
    }),
  ).then((all) => all.filter((reference) => reference.inside.length + reference.outside.length > 0))
}

function liveTables(resolved: ResolvedMap, graph: Graph): ResolvedTable[] {
  return [...resolved.tables.values()].filter((table) => graph.live(table.id).length > 0)
}

/** `links_to` onto rows of the set, and ON DELETE SET NULL from rows outside it. */
export async function readCuts(executor: Executor, resolved: ResolvedMap, graph: Graph): Promise<LocatedCut[]> {
  const tables = liveTables(resolved, graph)
  const links = [...resolved.tables.values()].flatMap((table) =>
    table.linksTo
      .filter((link) => tables.some((t) => t.id === link.other))
      .map((link) => ({ table, onto: link.other, pairs: link.pairs, where: link.where, origin: 'links_to' as const })),
  )
  const keys = tables.flatMap((onto) =>
    foreignKeyReferrers(resolved, onto)
      .filter((key) => key.foreignKey?.onDelete === 'set_null')
      .filter(
        (key) => !links.some((l) => l.table.id === key.table.id && l.onto === onto.id && samePairs(l.pairs, key.pairs)),
      )
      .map((key) => ({ ...key, origin: 'set_null' as const })),
  )
  const cuts = await Promise.all(
    [...links, ...keys].map(async (shape): Promise<LocatedCut> => {
      const onto = graph.live(shape.onto).map((node) => node.key)
      const pairs = await pairsOnto(executor, resolved, shape, onto)
      const rows = pairs.map((pair) => ({
        key: shape.table.key.length > 0 ? pair.key : null,
        onto: pair.onto,
        inSet: graph.get(shape.table.id, pair.key)?.live ?? false,
      }))
      return {
        table: shape.table.id,
        columns: shape.pairs.map((p) => p.column.name),
        nullable: nullable(shape.pairs),
        origin: shape.origin,
        rows: shape.origin === 'set_null' ? rows.filter((row) => !row.inSet) : rows,
        ontoTable: shape.onto,
      }
    }),
  )
  return cuts.filter((cut) => cut.rows.length > 0)
}

/** What ties the person's rows to value rows, shared or not. */
export function tiesOf(graph: Graph, isValue: (node: Node) => boolean): LocatedTie[] {
  return graph
    .all()
    .filter((node) => (node.live && isValue(node)) || node.removed)
    .flatMap((node) =>
      node.in
        .filter((edge) => edge.from.live && edge.link.direction === 'value')
        .map(({ from, link }) => ({
          table: from.table,
          key: from.key,
          columns: link.pairs.map((p) => p.other.name),
          nullable: link.pairs.some((p) => p.other.nullable),
          onto: { table: node.table, key: node.key },
          shared: node.removed,
        })),
    )
}
