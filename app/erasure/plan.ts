import type { Scalar, Strategy } from '~/systems/data-map'
import type { List } from '~/systems/list'
import type { RowKey } from '~/systems/located'

/** What happens to a row (datamap.md "What happens to a row"). */
export type Action = 'delete' | 'pseudonymise' | 'keep'

export type Reason = 'rule' | 'term' | 'part_of' | 'shared' | 'still_needed' | 'still_referred' | 'hold'

/** Why the engine is set to work. All of them go the same way: plan, (approval,) run, verification. */
export type Cause =
  | 'erasure'
  | 'consent_withdrawal'
  | 'retention'
  | 'deferred'
  | 'reapply'
  | 'follow_up'
  | 'objection'
  | 'restriction'
  | 'restriction_lifted'
  | 'mark'
  | 'mark_cleared'

/** Causes that only set the columns a map names for them: nothing is erased, nobody has to approve. */
export const settingCauses: readonly Cause[] = [
  'objection',
  'restriction',
  'restriction_lifted',
  'mark',
  'mark_cleared',
]

/** Causes that do what was approved before: later, or once more. */
export const repeated: readonly Cause[] = ['deferred', 'reapply']

export interface ColumnChange {
  readonly column: string
  readonly with: Strategy
}

/** What happens to a row, or to many alike. */
export interface Decision {
  readonly table: string
  readonly action: Action
  readonly reason: Reason
  /** ISO date through which the row stays; null when no date is known. */
  readonly until: string | null
  /** Strategies that rewrite this row, and columns that a kept row needs (`keep`). */
  readonly columns: readonly ColumnChange[]
  /** Constants set on a row that otherwise stays as it is (`while_kept`), and link columns emptied (`detached`). */
  readonly set: Readonly<Record<string, Scalar | null>>
  /** The table because of which the row is not deleted. */
  readonly because: string | null
  /** What happens to it after `until`, or when nothing refers to it any more. */
  readonly later: 'delete' | 'pseudonymise' | null
  /** Only these columns change (a mark, a finding); the row as such stays what it is, and so does its history. */
  readonly partly: boolean
}

/** Rows outside (or inside) the plan whose reference to a deleted row is emptied. */
export interface PlannedCut {
  readonly table: string
  readonly columns: readonly string[]
  readonly ontoTable: string
  /** The engine does it by itself (ON DELETE SET NULL); counted, not written. */
  readonly byEngine: boolean
  readonly rows: List<{ readonly key: RowKey | null; readonly onto: RowKey }>
}

/** Something a person has to settle before the plan can be approved. */
export interface OpenDecision {
  readonly kind: 'link_not_null' | 'cut_not_null'
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: number
}

/** Something that makes the plan impossible as it stands. */
export interface Obstacle {
  readonly kind: 'cascade_beyond_plan' | 'strategy_does_not_fit' | 'rehearsal' | 'no_key' | 'unreachable'
  readonly table: string | null
  readonly column: string | null
  readonly detail: string | null
}

/** What was decided beside what happens to each row. */
export interface Decided {
  readonly cuts: readonly PlannedCut[]
  readonly detached: readonly { readonly table: string; readonly column: string; readonly rows: number }[]
  readonly decisions: readonly OpenDecision[]
  readonly obstacles: readonly Obstacle[]
}
