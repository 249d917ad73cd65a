import { Numbers } from './list'

/** Arrows in the order of one of their ends: those of a node stand next to each other. */
interface Sorted {
  readonly starts: Int32Array
  readonly arrows: Int32Array
}

/** Arrows between numbered nodes, some bytes each. An arrow is known by its number, from 0 on in the order of `connect`. */
export class Arrows {
  private readonly froms = new Numbers()
  private readonly tos = new Numbers()
  private incoming: Sorted | null = null
  private outgoing: Sorted | null = null

  get length(): number {
    return this.froms.length
  }

  connect(from: number, to: number): number {
    this.incoming = this.outgoing = null
    this.tos.push(to)
    return this.froms.push(from)
  }

  from(arrow: number): number {
    return this.froms.at(arrow)
  }

  to(arrow: number): number {
    return this.tos.at(arrow)
  }

  into(node: number): Int32Array {
    this.incoming ??= sorted(this.tos.all())
    return at(this.incoming, node)
  }

  outOf(node: number): Int32Array {
    this.outgoing ??= sorted(this.froms.all())
    return at(this.outgoing, node)
  }
}

function sorted(ends: Int32Array): Sorted {
  let nodes = 0
  for (const end of ends) nodes = Math.max(nodes, end + 1)
  const starts = new Int32Array(nodes + 1)
  for (const end of ends) starts[end + 1] = (starts[end + 1] ?? 0) + 1
  for (let node = 0; node < nodes; node++) starts[node + 1] = (starts[node + 1] ?? 0) + (starts[node] ?? 0)
  const next = starts.slice()
  const arrows = new Int32Array(ends.length)
  ends.forEach((end, arrow) => {
    const place = next[end] ?? 0
    next[end] = place + 1
    arrows[place] = arrow
  })
  return { starts, arrows }
}

const NONE = new Int32Array(0)

const at = ({ starts, arrows }: Sorted, node: number): Int32Array =>
  node + 1 < starts.length ? arrows.subarray(starts[node], starts[node + 1]) : NONE
