import { Numbers } from '../list'
import type { Graph, Node } from './graph'

/** Answers whether a row is in the set only because of another: every way from the person's own rows passes it. */
export type Dominates = (value: Node, row: Node) => boolean

/**
 * The dominator tree of the live rows, with the person's own rows as its roots.
 * Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm (2001).
 */
export function dominance(graph: Graph): Dominates {
  const order = postorder(graph)
  const position = new Int32Array(graph.size).fill(-1)
  order.forEach((node, at) => {
    position[node] = at
  })
  const root = order.length
  const parent = new Int32Array(order.length + 1).fill(-1)
  parent[root] = root
  const meet = (first: number, second: number): number => {
    let [a, b] = [first, second]
    while (a !== b) {
      while (a < b) a = parent[a] ?? root
      while (b < a) b = parent[b] ?? root
    }
    return a
  }
  for (let changed = true; changed;) {
    changed = false
    for (let i = order.length - 1; i >= 0; i--) {
      const node = order[i] ?? -1
      let found = graph.isOwn(node) ? root : -1
      for (const edge of graph.into(node)) {
        const at = position[graph.from(edge)] ?? -1
        if (at < 0 || parent[at] === -1) continue
        found = found === -1 ? at : meet(at, found)
      }
      if (parent[i] === found) continue
      parent[i] = found
      changed = true
    }
  }
  const { enter, leave } = intervals(parent, root)
  return (value, row) => {
    const [a, b] = [position[value] ?? -1, position[row] ?? -1]
    if (a < 0 || b < 0) return false
    return (enter[a] ?? 0) <= (enter[b] ?? 0) && (leave[b] ?? 0) <= (leave[a] ?? 0)
  }
}

function postorder(graph: Graph): Int32Array {
  const order = new Numbers()
  const seen = new Uint8Array(graph.size)
  const [path, next] = [new Numbers(), new Numbers()]
  for (let start = 0; start < graph.size; start++) {
    if (!graph.isOwn(start) || seen[start] === 1) continue
    seen[start] = 1
    path.push(start)
    next.push(0)
    while (path.length > 0) {
      const node = path.at(path.length - 1)
      const at = next.at(next.length - 1)
      const out = graph.outOf(node)
      if (at === out.length) {
        order.push(path.pop())
        next.pop()
        continue
      }
      next.set(next.length - 1, at + 1)
      const child = graph.to(out[at] ?? -1)
      if (!graph.isLive(child) || seen[child] === 1) continue
      seen[child] = 1
      path.push(child)
      next.push(0)
    }
  }
  return order.all()
}

/** Entry and exit numbers of the tree, so that "is above" is two comparisons. */
function intervals(parent: Int32Array, root: number): { enter: Int32Array; leave: Int32Array } {
  const [first, sibling] = [new Int32Array(parent.length).fill(-1), new Int32Array(parent.length).fill(-1)]
  for (let at = 0; at < root; at++) {
    const above = parent[at] ?? -1
    if (above === -1) continue
    sibling[at] = first[above] ?? -1
    first[above] = at
  }
  const [enter, leave] = [new Int32Array(parent.length), new Int32Array(parent.length)]
  let clock = 0
  const path = new Numbers()
  path.push(root)
  enter[root] = clock++
  while (path.length > 0) {
    const at = path.at(path.length - 1)
    const child = first[at] ?? -1
    if (child === -1) {
      leave[at] = clock++
      path.pop()
      continue
    }
    first[at] = sibling[child] ?? -1
    enter[child] = clock++
    path.push(child)
  }
  return { enter, leave }
}
