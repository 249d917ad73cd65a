import type { Temporal } from 'temporal-polyfill'
import type { KeepFor, Scalar } from '~/systems/data-map'
import type { LocatedRow } from '~/systems/located'
import type { ModelTable } from './model'
import type { Action, Reason } from './plan'

/** A row on its way to a decision. */
export interface Draft {
  readonly id: string
  readonly of: ModelTable
  readonly row: LocatedRow
  readonly shared: boolean
  action: Action
  reason: Reason
  until: Temporal.PlainDate | null
  because: string | null
  later: 'delete' | 'pseudonymise' | null
  /** A duty or need keeps it, so that what belongs to it stays too. */
  pulls: boolean
  term: KeepFor | null
  readonly needed: Set<string>
  set: Record<string, Scalar | null>
}
