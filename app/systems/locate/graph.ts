import { Arrows } from '../arrows'
import { KeyStore } from '../key-store'
import { listOf, Numbers, type List } from '../list'
import type { RowKey } from '../located'
import type { ResolvedLink } from '../resolved-map'

/** One row that the walk came upon. A number, since there may be a million of them. */
export type Node = number

const OWN = 1
/** Out of the set: a value row that others use too. */
const REMOVED = 2
/** Reachable from the person's own rows; set by `reach`. */
const LIVE = 4

interface TableNodes {
  readonly keys: KeyStore
  /** Node by the place of its key. */
  readonly nodes: Numbers
}

/** All rows reached so far, by table and key, and over which links. */
export class Graph {
  readonly tables: string[] = []
  private readonly byTable = new Map<string, TableNodes>()
  private readonly tableNumbers = new Map<string, number>()
  private readonly tableOf = new Numbers()
  private readonly placeOf = new Numbers()
  private flags = new Uint8Array(64)
  private readonly counts = new Map<Node, number>()
  private readonly links: ResolvedLink[] = []
  private readonly linkNumbers = new Map<ResolvedLink, number>()
  private readonly edges = new Arrows()
  private readonly edgeLinks = new Numbers()
  /** Rows of other persons, by table; the walk ends there. */
  private readonly persons = new Map<string, { keys: KeyStore; places: Numbers; froms: Numbers }>()

  get size(): number {
    return this.tableOf.length
  }

  /** -1 where the walk did not come upon it. */
  get(table: string, key: RowKey): Node {
    const of = this.byTable.get(table)
    return of ? of.nodes.at(of.keys.find(key)) : -1
  }

  add(table: string, key: RowKey, own: boolean): Node {
    let of = this.byTable.get(table)
    if (!of) {
      this.byTable.set(table, (of = { keys: new KeyStore(), nodes: new Numbers() }))
      this.tableNumbers.set(table, this.tables.push(table) - 1)
    }
    const place = of.keys.add(key)
    if (place < of.nodes.length) return of.nodes.at(place)
    const node = this.tableOf.push(this.tableNumbers.get(table) ?? 0)
    this.placeOf.push(place)
    of.nodes.push(node)
    if (node >= this.flags.length) {
      const more = new Uint8Array(this.flags.length * 2)
      more.set(this.flags)
      this.flags = more
    }
    this.flags[node] = LIVE | (own ? OWN : 0)
    return node
  }

  table(node: Node): string {
    return this.tables[this.tableOf.at(node)] ?? ''
  }

  key(node: Node): RowKey {
    return this.byTable.get(this.table(node))?.keys.at(this.placeOf.at(node)) ?? []
  }

  /** Above 1 only for identical rows of a table without a key. */
  count(node: Node): number {
    return this.counts.get(node) ?? 1
  }

  raiseCount(node: Node, to: number): void {
    if (to > this.count(node)) this.counts.set(node, to)
  }

  isOwn(node: Node): boolean {
    return this.has(node, OWN)
  }

  isLive(node: Node): boolean {
    return this.has(node, LIVE)
  }

  isRemoved(node: Node): boolean {
    return this.has(node, REMOVED)
  }

  remove(node: Node): void {
    this.flags[node] = (this.flags[node] ?? 0) | REMOVED
  }

  /** Nodes of one table in the order in which they were found. */
  nodesOf(table: string): Int32Array {
    return this.byTable.get(table)?.nodes.all() ?? new Int32Array(0)
  }

  live(table: string): Int32Array {
    return this.nodesOf(table).filter((node) => this.isLive(node))
  }

  connect(from: Node, to: Node, link: ResolvedLink): void {
    let number = this.linkNumbers.get(link)
    if (number === undefined) this.linkNumbers.set(link, (number = this.links.push(link) - 1))
    this.edges.connect(from, to)
    this.edgeLinks.push(number)
  }

  from(edge: number): Node {
    return this.edges.from(edge)
  }

  to(edge: number): Node {
    return this.edges.to(edge)
  }

  link(edge: number): ResolvedLink {
    const link = this.links[this.edgeLinks.at(edge)]
    if (!link) throw new Error('There is no such edge')
    return link
  }

  /** Edges by which the row was reached. */
  into(node: Node): Int32Array {
    return this.edges.into(node)
  }

  outOf(node: Node): Int32Array {
    return this.edges.outOf(node)
  }

  meetOther(table: string, key: RowKey, from: Node): void {
    let met = this.persons.get(table)
    if (!met) this.persons.set(table, (met = { keys: new KeyStore(), places: new Numbers(), froms: new Numbers() }))
    met.places.push(met.keys.add(key))
    met.froms.push(from)
  }

  /** Keys of other persons' rows to which a row of the set leads, by table. */
  *others(): Generator<{ table: string; keys: KeyStore }> {
    for (const [table, { keys, places, froms }] of this.persons) {
      const found = new KeyStore()
      const seen = new Uint8Array(keys.size)
      for (let i = 0; i < places.length; i++) {
        const place = places.at(i)
        if (seen[place] === 1 || !this.isLive(froms.at(i))) continue
        seen[place] = 1
        found.add(keys.at(place))
      }
      if (found.size > 0) yield { table, keys: found }
    }
  }

  /** Marks what is reachable from the person's own rows without passing a removed row. */
  reach(): void {
    const stack = new Numbers()
    for (let node = 0; node < this.size; node++) {
      const own = this.isOwn(node)
      this.setLive(node, own)
      if (own) stack.push(node)
    }
    while (stack.length > 0)
      for (const edge of this.outOf(stack.pop())) {
        const next = this.to(edge)
        if (this.isLive(next) || this.isRemoved(next)) continue
        this.setLive(next, true)
        stack.push(next)
      }
  }

  private has(node: Node, flag: number): boolean {
    return ((this.flags[node] ?? 0) & flag) !== 0
  }

  private setLive(node: Node, live: boolean): void {
    const flags = this.flags[node] ?? 0
    this.flags[node] = live ? flags | LIVE : flags & ~LIVE
  }
}

/** Is there an edge into the node of which this holds? */
export function someEdge(graph: Graph, node: Node, holds: (edge: number) => boolean): boolean {
  for (const edge of graph.into(node)) if (holds(edge)) return true
  return false
}

/** The keys of these nodes, made when looked at. */
export function keysOf(graph: Graph, nodes: Int32Array): List<RowKey> {
  return listOf(nodes.length, (index) => graph.key(nodes[index] ?? -1))
}
