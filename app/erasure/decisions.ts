import type { Row } from '~/systems/adapters/adapter'
import { columnOf } from '~/systems/catalogue'
import type { Scalar } from '~/systems/data-map'
import { sameScalar } from './conditions'
import type { Draft, Drafts } from './draft'
import type { Intent } from './intent'
import type { ModelTable } from './model'
import type { Action, ColumnChange, Decision } from './plan'

/** What a draft comes to in one table, but for what depends on the values of a row. */
interface Outcome {
  readonly action: Action
  readonly columns: readonly ColumnChange[]
  readonly wanted: readonly (readonly [string, Scalar | null])[]
  /** By the text of the constants that a row does not hold already. */
  readonly decisions: Map<string, Decision | null>
}

/**
 * What a plan does with each row, given what the row holds; null where it leaves the row alone and need not say so. Rows that
 * fare alike are given the very same decision.
 */
export function decisionsOn(drafts: Drafts, intent: Intent): (id: number, present: Row) => Decision | null {
  const outcomes = new Map<Draft, Map<string, Outcome>>()
  return (id, present) => {
    const draft = drafts.get(id)
    if (!draft) return null
    const of = drafts.table(id)
    const shared = drafts.isShared(id)
    const ofDraft = outcomes.get(draft) ?? new Map<string, Outcome>()
    const name = shared ? `${of.id} shared` : of.id
    const outcome = ofDraft.get(name) ?? outcomeOf(draft, of, shared)
    outcomes.set(draft, ofDraft.set(name, outcome))
    const set = outcome.wanted.filter(([column, value]) => !sameScalar(value, present[column] ?? null))
    const text = set.length === 0 ? '' : JSON.stringify(set)
    let decision = outcome.decisions.get(text)
    if (decision === undefined) {
      const whole = decisionOf(draft, of, outcome, Object.fromEntries(set), intent)
      const erases = intent.kind === 'erase' || intent.kind === 'consent'
      decision = erases || whole.action !== 'keep' || Object.keys(whole.set).length > 0 ? whole : null
      outcome.decisions.set(text, decision)
    }
    return decision
  }
}

function outcomeOf(draft: Draft, of: ModelTable, shared: boolean): Outcome {
  const columns = draft.action === 'pseudonymise' ? changesOf(draft, of, shared) : []
  const rewrites = columns.some((change) => change.with.kind !== 'keep') || Object.keys(draft.set).length > 0
  const action = draft.action === 'pseudonymise' && !rewrites ? 'keep' : draft.action
  const kept = action === 'keep' && draft.reason !== 'hold' && draft.reason !== 'shared' ? (of.map.whileKept ?? {}) : {}
  const wanted = draft.action === 'keep' && draft.pulls ? { ...draft.set, ...kept } : draft.set
  return { action, columns, wanted: Object.entries(wanted), decisions: new Map() }
}

function decisionOf(
  draft: Draft,
  of: ModelTable,
  { action, columns }: Outcome,
  set: Readonly<Record<string, Scalar | null>>,
  intent: Intent,
): Decision {
  const { reason, because, later } = draft
  const plain = { table: of.id, reason, until: draft.until?.toString() ?? null, because, later, partly: false }
  if (intent.kind !== 'erase' && draft.action === 'keep' && draft.reason === 'rule' && Object.keys(set).length > 0) {
    const fixed = Object.entries(set).map(([column, value]): ColumnChange => ({
      column,
      with: { kind: 'fixed', value },
    }))
    return { ...plain, action: 'pseudonymise', columns: fixed, set: {}, partly: true }
  }
  const rewritten = action === 'pseudonymise' ? columns.filter((change) => !(change.column in set)) : []
  return { ...plain, action, columns: rewritten, set }
}

/** Columns that some row of these drafts may have rewritten: before the rows are read. */
export function plannedChanges(drafts: Drafts): Pick<Decision, 'table' | 'action' | 'columns'>[] {
  const seen = new Map<string, Pick<Decision, 'table' | 'action' | 'columns'>>()
  const known = new Map<Draft, Set<string>>()
  for (const id of drafts.ids()) {
    const draft = drafts.get(id)
    if (!draft) continue
    const of = drafts.table(id)
    const shared = drafts.isShared(id)
    const name = shared ? `${of.id} shared` : of.id
    const noted = known.get(draft) ?? new Set<string>()
    if (noted.has(name)) continue
    known.set(draft, noted.add(name))
    const { action, columns } = outcomeOf(draft, of, shared)
    const change = { table: of.id, action, columns }
    seen.set(JSON.stringify(change), change)
  }
  return [...seen.values()]
}

function changesOf(draft: Draft, of: ModelTable, shared: boolean): ColumnChange[] {
  const changes = mappedChangesOf(draft, of, shared)
  if (changes.length === 0 || shared) return changes
  // The mark of the request would tie what is left of the row to the case.
  const marks = Object.keys(of.map.onRequest?.set ?? {}).filter(
    (column) => !(column in of.map.columns) && columnOf(of.table, column)?.nullable,
  )
  return [...changes, ...marks.map((column): ColumnChange => ({ column, with: { kind: 'empty' } }))]
}

function mappedChangesOf({ needed }: Draft, of: ModelTable, shared: boolean): ColumnChange[] {
  return Object.entries(of.map.columns).flatMap(([column, { with: strategy }]): ColumnChange[] => {
    if (!strategy || strategy.kind === 'keep' || columnOf(of.table, column)?.generated !== false) return []
    if (shared && strategy.kind !== 'redact' && strategy.kind !== 'redact_list') return []
    return [{ column, with: needed.includes(column) ? { kind: 'keep' } : strategy }]
  })
}
