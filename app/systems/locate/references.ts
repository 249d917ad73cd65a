import type { Executor } from '../adapters/adapter'
import { allOf, join, sql } from '../adapters/sql'
import { KeyStore } from '../key-store'
import { listOf, Numbers, type List } from '../list'
import type { LocatedCut, LocatedReference, LocatedTie, RowKey } from '../located'
import { resolvedTable, type ResolvedLink, type ResolvedMap, type ResolvedTable } from '../resolved-map'
import { keysOf, type Graph, type Node } from './graph'
import { foreignKeyReferrers, samePairs, standingReferrers, type Referrer } from './referrers'
import { addressOf, conditionsSql, eachWithin, keyFrom, pairsSql, selected, tableAs } from './rows'

type Shape = Pick<Referrer, 'table' | 'onto' | 'pairs' | 'where'>

/** Hands over each referring row, wherever it is, with the row of the set to which it refers. */
async function eachPairOnto(
  executor: Executor,
  resolved: ResolvedMap,
  graph: Graph,
  shape: Shape,
  take: (key: RowKey, onto: Node) => void,
): Promise<void> {
  const { dialect } = executor
  const other = resolvedTable(resolved, shape.onto)
  const [refers, address] = [addressOf(dialect, shape.table, 'r'), addressOf(dialect, other, 'o')]
  const on = allOf([
    pairsSql(dialect, shape.pairs, 'r', 'o'),
    conditionsSql(dialect, shape.where, { this: 'r', other: 'o' }),
  ])
  await eachWithin(
    executor,
    address.columns,
    keysOf(graph, graph.live(shape.onto)),
    (within) => sql`SELECT ${join([selected('r', refers.texts), selected('o', address.texts)])}
      FROM ${tableAs(dialect, other, 'o')} JOIN ${tableAs(dialect, shape.table, 'r')} ON ${on} WHERE ${within}`,
    (row) => {
      const onto = graph.get(shape.onto, keyFrom(row, 'o', address.texts.length))
      if (onto >= 0) take(keyFrom(row, 'r', refers.texts.length), onto)
    },
  )
}

/** The row's number where it is in the set, else -1. */
function liveNode(graph: Graph, table: string, key: RowKey): Node {
  const node = graph.get(table, key)
  return node >= 0 && graph.isLive(node) ? node : -1
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
      const [ids, ontoIds] = [new Numbers(), new Numbers()]
      const outside = new Map<Node, number>()
      await eachPairOnto(executor, resolved, graph, referrer, (key, onto) => {
        const id = liveNode(graph, referrer.table.id, key)
        if (id < 0) outside.set(onto, (outside.get(onto) ?? 0) + 1)
        else {
          ids.push(id)
          ontoIds.push(onto)
        }
      })
      const counted = [...outside]
      return {
        table: referrer.table.id,
        columns: referrer.pairs.map((p) => p.column.name),
        ontoTable: referrer.onto,
        origin: referrer.origin,
        onDelete: referrer.foreignKey?.onDelete ?? null,
        nullable: nullable(referrer.pairs),
        inside: listOf(ids.length, (i) => ({ id: ids.at(i), ontoId: ontoIds.at(i) })),
        outside: counted.map(([ontoId, rows]) => ({ ontoId, rows })),
      }
    }),
  ).then((all) => all.filter((reference) => reference.inside.length + reference.outside.length > 0))
}

function liveTables(resolved: ResolvedMap, graph: Graph): ResolvedTable[] {
  return [...resolved.tables.values()].filter((table) => graph.nodesOf(table.id).some((node) => graph.isLive(node)))
}

/** `links_to` and ON DELETE SET NULL onto rows of the set, from wherever. */
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
      const [keys, places] = [new KeyStore(), new Numbers()]
      const [ids, ontoIds] = [new Numbers(), new Numbers()]
      await eachPairOnto(executor, resolved, graph, shape, (key, onto) => {
        const id = liveNode(graph, shape.table.id, key)
        places.push(keys.add(key))
        ids.push(id)
        ontoIds.push(onto)
      })
      const hasKey = shape.table.key.length > 0
      return {
        table: shape.table.id,
        columns: shape.pairs.map((p) => p.column.name),
        nullable: nullable(shape.pairs),
        origin: shape.origin,
        rows: listOf(ids.length, (i) => ({
          key: hasKey ? keys.at(places.at(i)) : null,
          id: ids.at(i),
          onto: graph.key(ontoIds.at(i)),
          ontoId: ontoIds.at(i),
          inSet: ids.at(i) >= 0,
        })),
        ontoTable: shape.onto,
      }
    }),
  )
  return cuts.filter((cut) => cut.rows.length > 0)
}

/** What ties the person's rows to value rows, shared or not. */
export function tiesOf(graph: Graph, isValue: (node: Node) => boolean): List<LocatedTie> {
  const edges = new Numbers()
  for (const table of graph.tables)
    for (const node of graph.nodesOf(table)) {
      if (!graph.isRemoved(node) && !(graph.isLive(node) && isValue(node))) continue
      for (const edge of graph.into(node))
        if (graph.link(edge).direction === 'value' && graph.isLive(graph.from(edge))) edges.push(edge)
    }
  return listOf(edges.length, (index) => tieOf(graph, edges.at(index)))
}

function tieOf(graph: Graph, edge: number): LocatedTie {
  const [from, to, { pairs }] = [graph.from(edge), graph.to(edge), graph.link(edge)]
  return {
    table: graph.table(from),
    id: from,
    key: graph.key(from),
    columns: pairs.map((p) => p.other.name),
    nullable: pairs.some((p) => p.other.nullable),
    onto: { table: graph.table(to), id: to, key: graph.key(to) },
    shared: graph.isRemoved(to),
  }
}
