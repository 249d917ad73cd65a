import { Arrows } from '~/systems/arrows'
import { Numbers } from '~/systems/list'
import type { LocatedCut, LocatedPerson } from '~/systems/located'
import type { ResolvedLink } from '~/systems/resolved-map'
import { modelTable, type Model } from './model'

/** What many references between rows of a person have in common. */
export interface EdgeKind {
  readonly fromTable: string
  readonly columns: readonly string[]
  /**
   * cut: `links_to`, emptied when the other goes; tie: link to a value row, emptied when it goes or is shared; set_null: a
   * foreign key that no link says, emptied by the engine when the other goes.
   */
  readonly kind: 'link' | 'cut' | 'tie' | 'set_null'
  readonly nullable: boolean
}

/** References from one row of the person to another, by the rows' numbers. */
export class Edges {
  readonly arrows = new Arrows()
  private readonly kinds: EdgeKind[] = []
  private readonly kindNumbers = new Map<string, number>()
  private readonly columnNumbers = new Map<string, number>()
  private readonly kindOf = new Numbers()
  private readonly columnsOf = new Numbers()
  private slots = new Int32Array(128).fill(-1)

  kind(edge: number): EdgeKind {
    const kind = this.kinds[this.kindOf.at(edge)]
    if (!kind) throw new Error('There is no such reference')
    return kind
  }

  /** A reference over the same columns is taken once, as what it was first. */
  add(from: number, to: number, kind: EdgeKind): void {
    const columns = numbered(this.columnNumbers, JSON.stringify(kind.columns))
    let slot = this.slotOf(from, to)
    for (let edge = this.slots[slot] ?? -1; edge >= 0; edge = this.slots[slot] ?? -1) {
      if (this.joins(edge, from, to) && this.columnsOf.at(edge) === columns) return
      slot = (slot + 1) & (this.slots.length - 1)
    }
    const number = numbered(this.kindNumbers, JSON.stringify(kind))
    this.kinds[number] = kind
    this.kindOf.push(number)
    this.columnsOf.push(columns)
    this.slots[slot] = this.arrows.connect(from, to)
    if (this.arrows.length > this.slots.length * 0.6) this.spread()
  }

  hasBetween(from: number, to: number): boolean {
    let slot = this.slotOf(from, to)
    for (let edge = this.slots[slot] ?? -1; edge >= 0; edge = this.slots[slot] ?? -1) {
      if (this.joins(edge, from, to)) return true
      slot = (slot + 1) & (this.slots.length - 1)
    }
    return false
  }

  private joins(edge: number, from: number, to: number): boolean {
    return this.arrows.from(edge) === from && this.arrows.to(edge) === to
  }

  private slotOf(from: number, to: number): number {
    const mixed = Math.imul(from ^ Math.imul(to, 0x9e3779b1), 0x85ebca6b)
    return (mixed ^ (mixed >>> 15)) & (this.slots.length - 1)
  }

  private spread(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1)
    for (let edge = 0; edge < this.arrows.length; edge++) {
      let slot = this.slotOf(this.arrows.from(edge), this.arrows.to(edge))
      while ((this.slots[slot] ?? -1) >= 0) slot = (slot + 1) & (this.slots.length - 1)
      this.slots[slot] = edge
    }
  }
}

function numbered(numbers: Map<string, number>, text: string): number {
  const known = numbers.get(text)
  if (known !== undefined) return known
  numbers.set(text, numbers.size)
  return numbers.size - 1
}

/** All references among the person's rows (shared rows as targets of ties), each once. */
export function edgesOf(model: Model, person: LocatedPerson): Edges {
  const edges = new Edges()
  for (const { id, onto, table, columns, nullable } of person.ties)
    edges.add(id, onto.id, { fromTable: table, columns, kind: 'tie', nullable })
  addCuts('links_to', 'cut')
  for (const { table, columns, nullable, inside } of person.references)
    for (const { id, ontoId } of inside) edges.add(id, ontoId, { fromTable: table, columns, kind: 'link', nullable })
  for (const [table, ids] of person.numbers.rows) {
    const kinds = new Map(modelTable(model, table).resolved.links.map((link) => [link.index, kindOfLink(link)]))
    for (const id of ids)
      for (const parent of person.numbers.parentsOf(id)) {
        const kind = kinds.get(parent.linkIndex)
        if (!kind) continue
        const [from, to] = kind.kind === 'link' ? [id, parent.id] : [parent.id, id]
        if (!edges.hasBetween(from, to)) edges.add(from, to, kind)
      }
  }
  // What the engine empties comes last: a link of the map over the same columns says more.
  addCuts('set_null', 'set_null')
  return edges

  function addCuts(origin: LocatedCut['origin'], kind: EdgeKind['kind']): void {
    for (const cut of person.cuts) {
      if (cut.origin !== origin) continue
      const { table: fromTable, columns, nullable } = cut
      for (const { id, key, ontoId, inSet } of cut.rows)
        if (inSet && key) edges.add(id, ontoId, { fromTable, columns, kind, nullable })
    }
  }
}

function kindOfLink(link: ResolvedLink): EdgeKind {
  const child = link.direction === 'child'
  const columns = link.pairs.map((pair) => (child ? pair.column : pair.other))
  return {
    fromTable: child ? link.table : link.other,
    columns: columns.map((column) => column.name),
    kind: child ? 'link' : 'tie',
    nullable: columns.every((column) => column.nullable),
  }
}
