import type { JsonValue } from '~/systems/data-map'
import type { LocatedPerson } from '~/systems/located'
import type { Action, ColumnChange, Decided, OpenDecision, Reason } from './plan'
import type { RowSet } from './row-sets'
import { strategyWords } from './strategy-words'

export interface TableSummary {
  readonly table: string
  readonly action: Action
  readonly reason: Reason
  /** ISO date; null when there is none. */
  readonly until: string | null
  readonly rows: number
  readonly columns: readonly { readonly column: string; readonly with: JsonValue }[]
}

/** What a plan does in one system, in counts: no key, no value (contract.md `locate --json`, `POST …/plan`). */
export interface SystemSummary {
  readonly tables: readonly TableSummary[]
  readonly cuts: readonly { readonly table: string; readonly column: string; readonly rows: number }[]
  readonly detached: readonly { readonly table: string; readonly column: string; readonly rows: number }[]
  readonly others: readonly { readonly table: string; readonly rows: number }[]
  readonly decisions: readonly OpenDecision[]
  /** Absent for a database of ours to reach: somebody else does the work there. */
  readonly elsewhere?: Elsewhere | undefined
}

/** Who does the work in a system that no adapter reaches, and what they were told when the plan was made. */
export interface Elsewhere {
  readonly by: 'person' | 'service'
  readonly name: string
  readonly where: string
  readonly what: string
  readonly proof: string
}

/** Sums up what was decided, in the order of the map. */
export function summarise(
  { decided, sets, person }: { decided: Decided; sets: readonly RowSet[]; person: LocatedPerson },
  order: readonly string[],
): SystemSummary {
  return {
    tables: tablesOf(sets, order),
    cuts: decided.cuts.map((cut) => ({
      table: cut.table,
      column: cut.columns.join(', '),
      rows: distinctRows(cut.rows),
    })),
    detached: decided.detached,
    others: person.others.map(({ table, rows }) => ({ table, rows })),
    decisions: decided.decisions,
  }
}

const distinctRows = (rows: Decided['cuts'][number]['rows']) =>
  new Set(rows.map((row) => JSON.stringify(row.key ?? ['onto', row.onto]))).size

const ACTIONS: readonly Action[] = ['delete', 'pseudonymise', 'keep']

function tablesOf(sets: readonly RowSet[], order: readonly string[]): TableSummary[] {
  const groups = new Map<string, { set: RowSet; rows: number; columns: Map<string, ColumnChange> }>()
  for (const set of sets) {
    const id = JSON.stringify([set.table, set.action, set.reason, set.until])
    const group = groups.get(id) ?? { set, rows: 0, columns: new Map<string, ColumnChange>() }
    group.rows += set.rows.counted
    for (const change of set.columns) {
      // A column that only some of the rows have to keep is said to be kept: that is what a person must see.
      if (!group.columns.has(change.column) || change.with.kind === 'keep') group.columns.set(change.column, change)
    }
    groups.set(id, group)
  }
  return [...groups.values()]
    .map(({ set, rows: count, columns }) => ({
      table: set.table,
      action: set.action,
      reason: set.reason,
      until: set.until,
      rows: count,
      columns: [...columns.values()].map((change) => ({ column: change.column, with: strategyWords(change.with) })),
    }))
    .sort(
      (a, b) =>
        order.indexOf(a.table) - order.indexOf(b.table) ||
        ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action) ||
        a.reason.localeCompare(b.reason) ||
        (a.until ?? '').localeCompare(b.until ?? ''),
    )
}
