import { Temporal } from 'temporal-polyfill'
import { Arrows } from '~/systems/arrows'
import { columnOf } from '~/systems/catalogue'
import { Numbers } from '~/systems/list'
import type { LocatedPerson } from '~/systems/located'
import type { Draft, Drafts } from './draft'
import type { EdgeKind, Edges } from './links'
import { splitColumn } from './model'
import type { referencesFromOutside } from './outside'
import type { Decided, OpenDecision } from './plan'

/** Rows that belong to a kept row, and value rows to which it refers, stay as long (reason `part_of`), and so on outwards. */
export function keepWhatBelongs(drafts: Drafts, person: LocatedPerson, edges: Edges): void {
  const neighbours = new Arrows()
  for (const id of drafts.ids())
    if (!drafts.isShared(id)) for (const parent of person.numbers.parentsOf(id)) neighbours.connect(parent.id, id)
  for (let edge = 0; edge < edges.arrows.length; edge++)
    if (edges.kind(edge).kind === 'tie') neighbours.connect(edges.arrows.from(edge), edges.arrows.to(edge))
  const queue = new Numbers()
  for (const id of drafts.ids()) if (isKeeper(drafts.get(id))) queue.push(id)
  while (queue.length > 0) {
    const keeper = queue.pop()
    const until = drafts.get(keeper)?.until ?? null
    for (const arrow of neighbours.outOf(keeper)) {
      const id = neighbours.to(arrow)
      const draft = drafts.get(id)
      if (!draft || drafts.isShared(id)) continue
      const { map } = drafts.table(id)
      if (map.withKept === 'erase' || map.keepFor.length > 0) continue
      if (draft.action !== 'keep')
        drafts.change(id, { later: draft.action, action: 'keep', reason: 'part_of', pulls: true, until })
      else if (draft.reason !== 'part_of' || !longer(until, draft.until)) continue
      else drafts.change(id, { until })
      queue.push(id)
    }
  }
}

const isKeeper = (draft: Draft | undefined) => draft?.action === 'keep' && draft.pulls

/** null stands for "no end known", the longest of all. */
function longer(a: Temporal.PlainDate | null, b: Temporal.PlainDate | null): boolean {
  if (b === null) return false
  return a === null || Temporal.PlainDate.compare(a, b) > 0
}

/** Whether the reference is emptied when the other row goes. A kept row keeps what the map does not say to cut. */
const loosens = ({ kind, nullable }: EdgeKind, from: Draft | undefined) =>
  nullable && (kind === 'cut' || ((kind === 'tie' || kind === 'set_null') && from?.action !== 'keep'))

/** A row to delete to which a row that stays refers is pseudonymised instead, until the last such row is gone. */
export function keepWhatIsReferredTo(
  drafts: Drafts,
  edges: Edges,
  outside: ReturnType<typeof referencesFromOutside>,
): void {
  let queue = new Numbers()
  for (const id of drafts.ids()) queue.push(id)
  while (queue.length > 0) {
    // A row to which a million refer is looked at once a round, not once for each of them.
    const again = new Set<number>()
    while (queue.length > 0) {
      const id = queue.pop()
      if (!staysAfterAll(drafts, edges, outside, id)) continue
      // What it refers to may have to stay as well.
      for (const edge of edges.arrows.outOf(id)) again.add(edges.arrows.to(edge))
    }
    queue = new Numbers()
    for (const id of again) queue.push(id)
  }
}

function staysAfterAll(
  drafts: Drafts,
  edges: Edges,
  outside: ReturnType<typeof referencesFromOutside>,
  id: number,
): boolean {
  const { arrows } = edges
  if (drafts.get(id)?.action !== 'delete') return false
  const staying = arrows.into(id).filter((edge) => {
    const from = drafts.get(arrows.from(edge))
    // A row of the person that this plan leaves alone altogether has no draft; it stays and refers.
    return arrows.from(edge) !== id && from?.action !== 'delete' && !loosens(edges.kind(edge), from)
  })
  const beyond = outside.staying.get(id)
  const [first] = staying
  if (first === undefined && !beyond) return false
  let until = first === undefined ? null : (drafts.get(arrows.from(first))?.until ?? null)
  for (const edge of staying) {
    const end = drafts.get(arrows.from(edge))?.until ?? null
    if (longer(end, until)) until = end
  }
  drafts.change(id, {
    action: 'pseudonymise',
    reason: 'still_referred',
    because: (first === undefined ? null : edges.kind(first).fromTable) ?? beyond ?? null,
    later: 'delete',
    until: beyond ? null : until,
  })
  return true
}

/** Columns of rows to which a row kept by a term refers, and that it `needs`, keep their value. */
export function noteNeeded(drafts: Drafts, edges: Edges): void {
  for (let edge = 0; edge < edges.arrows.length; edge++) {
    const from = edges.arrows.from(edge)
    const to = edges.arrows.to(edge)
    const target = drafts.get(to)
    if (drafts.get(from)?.reason !== 'term' || !target) continue
    const own = drafts.table(to).id
    const columns = drafts.table(from).map.keepFor.flatMap((term) =>
      term.needs.flatMap((name) => {
        const at = splitColumn(name, own)
        return at.table === own ? [at.column] : []
      }),
    )
    if (columns.every((column) => target.needed.includes(column))) continue
    drafts.change(to, { needed: [...new Set([...target.needed, ...columns])].sort() })
  }
}

/** Ties of a row that stays and is rewritten onto a value row that is shared or goes. */
function* loosenedTies(drafts: Drafts, edges: Edges): Generator<{ from: number; to: number; kind: EdgeKind }> {
  for (let edge = 0; edge < edges.arrows.length; edge++) {
    const kind = edges.kind(edge)
    if (kind.kind !== 'tie') continue
    const [from, to] = [edges.arrows.from(edge), edges.arrows.to(edge)]
    const onto = drafts.get(to)
    if (drafts.get(from)?.action !== 'pseudonymise' || !onto) continue
    if (drafts.isShared(to) || onto.action === 'delete') yield { from, to, kind }
  }
}

/** Empties what ties a staying row to a value row that is shared or goes; NOT NULL ties of shared rows are for a person. */
export function loosenTies(drafts: Drafts, edges: Edges): OpenDecision[] {
  const open = new Map<string, { table: string; columns: readonly string[]; rows: number }>()
  for (const { from, to, kind } of loosenedTies(drafts, edges)) {
    if (kind.nullable) {
      const { table } = drafts.table(from)
      const emptied = kind.columns.filter((column) => columnOf(table, column)?.nullable)
      const set = { ...drafts.get(from)?.set, ...Object.fromEntries(emptied.map((column) => [column, null])) }
      // In one order, whichever reference was read first: a plan is compared with what is found later.
      const sorted = Object.fromEntries(Object.entries(set).sort(([a], [b]) => (a < b ? -1 : 1)))
      drafts.change(from, { set: sorted })
    } else if (drafts.isShared(to)) {
      const id = `${kind.fromTable} ${kind.columns.join(' ')}`
      const counted = open.get(id) ?? { table: kind.fromTable, columns: kind.columns, rows: 0 }
      counted.rows++
      open.set(id, counted)
    }
  }
  return [...open.values()].map((each) => ({ kind: 'link_not_null', ...each }))
}

export function countDetached(drafts: Drafts, edges: Edges, size: number): Decided['detached'] {
  const counts = new Map<string, { table: string; column: string; rows: number; seen: Uint8Array }>()
  for (const { from, kind } of loosenedTies(drafts, edges)) {
    if (!kind.nullable) continue
    for (const column of kind.columns) {
      const id = `${kind.fromTable} ${column}`
      const counted = counts.get(id) ?? { table: kind.fromTable, column, rows: 0, seen: new Uint8Array(size) }
      counts.set(id, counted)
      if (counted.seen[from] === 1) continue
      counted.seen[from] = 1
      counted.rows++
    }
  }
  return [...counts.values()].map(({ table, column, rows }) => ({ table, column, rows }))
}
