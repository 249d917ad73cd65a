import type { Graph, Node } from './graph'

/** Answers whether a row is in the set only because of another: every way from the person's own rows passes it. */
export type Dominates = (value: Node, row: Node) => boolean

/**
 * The dominator tree of the live rows, with the person's own rows as its roots.
 * Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm (2001).
 */
export function dominance(graph: Graph, out: ReadonlyMap<Node, readonly Node[]>): Dominates {
  const order = postorder(graph, out)
  const position = new Map(order.map((node, i) => [node, i]))
  const root = order.length
  const parent = new Array<number>(order.length + 1).fill(-1)
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
      const node = order[i]
      if (!node) continue
      let found = node.own ? root : -1
      for (const { from } of node.in) {
        const at = position.get(from)
        if (at === undefined || parent[at] === -1) continue
        found = found === -1 ? at : meet(at, found)
      }
      if (parent[i] === found) continue
      parent[i] = found
      changed = true
    }
  }
  const { enter, leave } = intervals(parent, root)
  return (value, row) => {
    const [a, b] = [position.get(value), position.get(row)]
    if (a === undefined || b === undefined) return false
    return (enter[a] ?? 0) <= (enter[b] ?? 0) && (leave[b] ?? 0) <= (leave[a] ?? 0)
  }
}

function postorder(graph: Graph, out: ReadonlyMap<Node, readonly Node[]>): Node[] {
  const order: Node[] = []
  const seen = new Set<Node>()
  for (const start of graph.all()) {
    if (!start.own || seen.has(start)) continue
    seen.add(start)
    const stack: { node: Node; next: number }[] = [{ node: start, next: 0 }]
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const child = out.get(top.node)?.[top.next++]
      if (child === undefined) {
        order.push(top.node)
        stack.pop()
      } else if (child.live && !seen.has(child)) {
        seen.add(child)
        stack.push({ node: child, next: 0 })
      }
    }
  }
  return order
}

/** Entry and exit numbers of the tree, so that "is above" is two comparisons. */
function intervals(parent: readonly number[], root: number): { enter: number[]; leave: number[] } {
  const children = new Map<number, number[]>()
  parent.forEach((above, at) => {
    if (at === root || above === -1) return
    const list = children.get(above)
    if (list) list.push(at)
    else children.set(above, [at])
  })
  const enter: number[] = []
  const leave: number[] = []
  let clock = 0
  const stack = [{ at: root, next: 0 }]
  enter[root] = clock++
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const child = children.get(top.at)?.[top.next++]
    if (child === undefined) {
      leave[top.at] = clock++
      stack.pop()
    } else {
      enter[child] = clock++
      stack.push({ at: child, next: 0 })
    }
  }
  return { enter, leave }
}
