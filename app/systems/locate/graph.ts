import { encodeKey, type RowKey } from '../located'
import type { ResolvedLink } from '../resolved-map'

/** One row that the walk came upon, with the rows it was reached from. */
export interface Node {
  readonly table: string
  readonly key: RowKey
  readonly own: boolean
  /** Identical rows of a table without a key. */
  count: number
  readonly in: Edge[]
  /** Out of the set: a value row that others use too. */
  removed: boolean
  /** Set by `reach`. */
  live: boolean
}

export interface Edge {
  readonly from: Node
  readonly link: ResolvedLink
}

/** Rows of other persons: the walk ends there. */
export interface OtherPerson {
  readonly table: string
  readonly key: RowKey
  readonly from: Node
}

/** All rows reached so far, by table and key. */
export class Graph {
  readonly nodes = new Map<string, Map<string, Node>>()
  readonly others: OtherPerson[] = []

  get(table: string, key: RowKey): Node | undefined {
    return this.nodes.get(table)?.get(encodeKey(key))
  }

  add(table: string, key: RowKey, own: boolean): Node {
    let ofTable = this.nodes.get(table)
    if (!ofTable) this.nodes.set(table, (ofTable = new Map<string, Node>()))
    const node: Node = { table, key, own, count: 1, in: [], removed: false, live: true }
    ofTable.set(encodeKey(key), node)
    return node
  }

  all(): Node[] {
    return [...this.nodes.values()].flatMap((ofTable) => [...ofTable.values()])
  }

  live(table: string): Node[] {
    return [...(this.nodes.get(table)?.values() ?? [])].filter((node) => node.live)
  }
}

/** Outgoing edges, by the node they start from. */
export function outgoing(graph: Graph): Map<Node, Node[]> {
  const out = new Map<Node, Node[]>()
  for (const node of graph.all()) {
    for (const edge of node.in) {
      const list = out.get(edge.from)
      if (list) list.push(node)
      else out.set(edge.from, [node])
    }
  }
  return out
}

/** Marks what is reachable from the person's own rows without passing a removed row. */
export function reach(graph: Graph, out: ReadonlyMap<Node, readonly Node[]>): void {
  const all = graph.all()
  for (const node of all) node.live = node.own
  const stack = all.filter((node) => node.own)
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const next of out.get(node) ?? []) {
      if (next.live || next.removed) continue
      next.live = true
      stack.push(next)
    }
  }
}
