import { Temporal } from 'temporal-polyfill'
import { columnOf } from '~/systems/catalogue'
import type { Draft } from './draft'
import { rowId, type Edge } from './links'
import { splitColumn } from './model'
import type { referencesFromOutside } from './outside'
import type { Decided, OpenDecision } from './plan'

/** Rows that belong to a kept row, and value rows to which it refers, stay as long (reason `part_of`), and so on outwards. */
export function keepWhatBelongs(drafts: Map<string, Draft>, edges: readonly Edge[]): void {
  const neighbours = new Map<string, string[]>()
  const connect = (from: string, to: string) => neighbours.set(from, [...(neighbours.get(from) ?? []), to])
  for (const draft of drafts.values())
    for (const parent of draft.row.parents) connect(rowId(parent.table, parent.key), draft.id)
  for (const edge of edges) if (edge.kind === 'tie') connect(edge.from, edge.to)
  const queue = [...drafts.values()].filter((draft) => draft.action === 'keep' && draft.pulls)
  for (let keeper = queue.pop(); keeper; keeper = queue.pop())
    for (const id of neighbours.get(keeper.id) ?? []) {
      const draft = drafts.get(id)
      if (!draft || draft.shared || draft.of.map.withKept === 'erase' || draft.of.map.keepFor.length > 0) continue
      const first = draft.action !== 'keep'
      if (first)
        Object.assign(draft, {
          later: draft.action,
          action: 'keep',
          reason: 'part_of',
          pulls: true,
          until: keeper.until,
        })
      else if (draft.reason !== 'part_of' || !longer(keeper.until, draft.until)) continue
      else draft.until = keeper.until
      queue.push(draft)
    }
}

/** null stands for "no end known", the longest of all. */
function longer(a: Temporal.PlainDate | null, b: Temporal.PlainDate | null): boolean {
  if (b === null) return false
  return a === null || Temporal.PlainDate.compare(a, b) > 0
}

const loosens = (edge: Edge, from: Draft | undefined) =>
  (edge.kind === 'cut' && edge.nullable) || (edge.kind === 'tie' && edge.nullable && from?.action !== 'keep')

/** A row to delete to which a row that stays refers is pseudonymised instead, until the last such row is gone. */
export function keepWhatIsReferredTo(
  drafts: Map<string, Draft>,
  edges: readonly Edge[],
  outside: ReturnType<typeof referencesFromOutside>,
): void {
  const incoming = new Map<string, Edge[]>()
  for (const edge of edges) incoming.set(edge.to, [...(incoming.get(edge.to) ?? []), edge])
  const outgoing = new Map<string, string[]>()
  for (const edge of edges) outgoing.set(edge.from, [...(outgoing.get(edge.from) ?? []), edge.to])
  const queue = [...drafts.keys()]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const draft = drafts.get(id)
    if (draft?.action !== 'delete') continue
    const staying = (incoming.get(id) ?? []).filter((edge) => {
      const from = drafts.get(edge.from)
      // A row of the person that this plan leaves alone altogether has no draft; it stays and refers.
      return edge.from !== id && from?.action !== 'delete' && !loosens(edge, from)
    })
    const beyond = outside.staying.get(id)
    if (staying.length === 0 && !beyond) continue
    const ends = staying.map((edge) => drafts.get(edge.from)?.until ?? null)
    Object.assign(draft, {
      action: 'pseudonymise',
      reason: 'still_referred',
      because: staying[0]?.fromTable ?? beyond ?? null,
      later: 'delete',
      until: beyond ? null : ends.reduce((a, b) => (longer(b, a) ? b : a), ends[0] ?? null),
    })
    // It stays after all, so what it refers to may have to stay as well.
    queue.push(...(outgoing.get(id) ?? []))
  }
}

/** Columns of rows to which a row kept by a term refers, and that it `needs`, keep their value. */
export function noteNeeded(drafts: Map<string, Draft>, edge: Edge): void {
  const keeper = drafts.get(edge.from)
  const target = drafts.get(edge.to)
  if (keeper?.reason !== 'term' || !target) return
  for (const name of keeper.of.map.keepFor.flatMap((term) => term.needs)) {
    const at = splitColumn(name, target.of.id)
    if (at.table === target.of.id) target.needed.add(at.column)
  }
}

/** Empties what ties a staying row to a value row that is shared or goes; NOT NULL ties of shared rows are for a person. */
export function loosenTies(drafts: Map<string, Draft>, edges: readonly Edge[]): OpenDecision[] {
  const open = new Map<string, { table: string; columns: readonly string[]; rows: number }>()
  for (const edge of edges) {
    const from = drafts.get(edge.from)
    const to = drafts.get(edge.to)
    if (edge.kind !== 'tie' || from?.action !== 'pseudonymise' || !to) continue
    if (!(to.shared || to.action === 'delete')) continue
    if (edge.nullable) {
      for (const column of edge.columns) if (columnOf(from.of.table, column)?.nullable) from.set[column] = null
    }
    if (!edge.nullable && to.shared) {
      const id = `${edge.fromTable} ${edge.columns.join(' ')}`
      const counted = open.get(id) ?? { table: edge.fromTable, columns: edge.columns, rows: 0 }
      counted.rows++
      open.set(id, counted)
    }
  }
  return [...open.values()].map((each) => ({ kind: 'link_not_null', ...each }))
}

export function countDetached(drafts: Map<string, Draft>, edges: readonly Edge[]): Decided['detached'] {
  const rows = new Map<string, { table: string; column: string; ids: Set<string> }>()
  for (const edge of edges) {
    const from = drafts.get(edge.from)
    const to = drafts.get(edge.to)
    if (edge.kind !== 'tie' || !edge.nullable || from?.action !== 'pseudonymise' || !to) continue
    if (!(to.shared || to.action === 'delete')) continue
    for (const column of edge.columns) {
      const id = `${edge.fromTable} ${column}`
      const counted = rows.get(id) ?? { table: edge.fromTable, column, ids: new Set() }
      counted.ids.add(edge.from)
      rows.set(id, counted)
    }
  }
  return [...rows.values()].map(({ table, column, ids }) => ({ table, column, rows: ids.size }))
}
