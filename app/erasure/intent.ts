import type { RightEffect, Scalar, Settings } from '~/systems/data-map'
import type { MapTable } from '~/systems/data-map'

/** What a plan is to bring about for the rows of a person. */
export type Intent =
  | {
      readonly kind: 'erase'
      /** Retention and deferred erasure: only these tables are worked, each with its own action. */
      readonly only: ReadonlyMap<string, 'delete' | 'pseudonymise'> | null
    }
  | {
      readonly kind: 'effects'
      readonly cause: 'objection' | 'restriction' | 'restriction_lifted'
      readonly to: string | null
    }
  | { readonly kind: 'consent'; readonly purpose: string | null }
  | { readonly kind: 'mark'; readonly request: string; readonly dueOn: string; readonly reference: string }
  | { readonly kind: 'mark_cleared'; readonly request: string }

/** What a right does in this table: constants to set, or the row to delete; null when the map says nothing of it. */
export function effectOn(table: MapTable, intent: Intent): { set: Settings; delete: boolean } | null {
  if (intent.kind === 'mark' || intent.kind === 'mark_cleared') return markOn(table, intent)
  const found = effectsFor(table, intent)
  if (found.length === 0) return null
  return {
    set: Object.fromEntries(
      found.flatMap((each) => (each.effect.kind === 'set' ? Object.entries(each.effect.set) : [])),
    ),
    delete: found.some((each) => each.effect.kind === 'delete'),
  }
}

function effectsFor(table: MapTable, intent: Intent): readonly RightEffect[] {
  if (intent.kind === 'consent')
    return table.onConsentWithdrawal.filter(
      (each) => each.purpose === null || intent.purpose === null || each.purpose === intent.purpose,
    )
  if (intent.kind !== 'effects') return []
  if (intent.cause === 'restriction') return table.onRestriction
  if (intent.cause === 'restriction_lifted') return table.onRestrictionLifted
  return table.onObjection.filter((each) => each.to === null || intent.to === null || each.to === intent.to)
}

function markOn(
  table: MapTable,
  intent: Extract<Intent, { kind: 'mark' | 'mark_cleared' }>,
): { set: Settings; delete: false } | null {
  const mark = table.onRequest
  if (!mark?.kinds.includes(intent.request)) return null
  const value = (given: Scalar | null): Scalar | null => {
    if (intent.kind === 'mark_cleared') return null
    if (given === '$due_on') return intent.dueOn
    return given === '$reference' ? intent.reference : given
  }
  return {
    set: Object.fromEntries(Object.entries(mark.set).map(([column, given]) => [column, value(given)])),
    delete: false,
  }
}
