import { Temporal } from 'temporal-polyfill'
import type { Row } from '~/systems/adapters/adapter'
import { columnOf } from '~/systems/catalogue'
import type { KeepFor } from '~/systems/data-map'
import type { LocatedPerson, LocatedRow, RowKey } from '~/systems/located'
import { holds, sameScalar } from './conditions'
import { effectOn, type Intent } from './intent'
import { edgesOf, rowId } from './links'
import { modelTable, splitColumn, type Model, type ModelTable } from './model'
import type { Action, ColumnChange, Decided, DecidedRow, Obstacle, OpenDecision, PlannedCut } from './plan'
import type { Draft } from './draft'
import { referencesFromOutside } from './outside'
import { countDetached, keepWhatBelongs, keepWhatIsReferredTo, loosenTies, noteNeeded } from './settle'
import { dayOf, keptByTerm, type TermRules } from './terms'

export interface DecideInput {
  readonly model: Model
  readonly person: LocatedPerson
  /** The row's touched columns as text. */
  readonly values: (table: string, key: RowKey) => Row
  readonly intent: Intent
  /** Today in the organisation's zone. */
  readonly today: Temporal.PlainDate
  readonly rules: TermRules
  /** Tables that a hold forbids to touch. */
  readonly held: ReadonlySet<string>
}

/**
 * Decides row by row what a plan does (datamap.md "What happens to a row"). Pure: the same person, values, map and day give
 * the same answer; the preview and the plan both ask here.
 */
export function decide(input: DecideInput): Decided {
  const drafts = new Map<string, Draft>()
  for (const [table, rows] of input.person.rows)
    for (const row of rows) addDraft(drafts, input, modelTable(input.model, table), row, false)
  for (const [table, rows] of input.person.shared)
    for (const row of rows) addDraft(drafts, input, modelTable(input.model, table), row, true)
  const edges = edgesOf(input.model, input.person)
  if (input.intent.kind === 'erase' || input.intent.kind === 'consent') keepWhatBelongs(drafts, edges)
  const outside = referencesFromOutside(input.person)
  keepWhatIsReferredTo(drafts, edges, outside)
  for (const edge of edges) noteNeeded(drafts, edge)
  const decisions = [...loosenTies(drafts, edges)]
  const obstacles: Obstacle[] = []
  for (const draft of drafts.values()) {
    if (draft.action !== 'delete') continue
    const table = outside.cascades.get(draft.id)
    if (table) obstacles.push({ kind: 'cascade_beyond_plan', table, column: null, detail: draft.of.id })
  }
  const { cuts, open } = cutsOf(input.person, drafts)
  const rows = [...drafts.values()].map((draft) => decided(draft, input))
  return {
    rows: rows.filter(
      (row) =>
        input.intent.kind === 'erase' ||
        input.intent.kind === 'consent' ||
        row.action !== 'keep' ||
        Object.keys(row.set).length > 0,
    ),
    cuts,
    detached: countDetached(drafts, edges),
    decisions: [...decisions, ...open],
    obstacles,
  }
}

function addDraft(
  drafts: Map<string, Draft>,
  input: DecideInput,
  of: ModelTable,
  row: LocatedRow,
  shared: boolean,
): void {
  const id = rowId(of.id, row.key)
  const base = {
    id,
    of,
    row,
    shared,
    because: null,
    needed: new Set<string>(),
    set: {},
    term: null,
    pulls: false,
    later: null,
    until: null,
  }
  const verdict = shared ? sharedVerdict(of, input) : verdictOn(of, row, input)
  if (verdict) drafts.set(id, { ...base, ...verdict })
}

type Verdict = Pick<Draft, 'action' | 'reason'> & Partial<Pick<Draft, 'until' | 'later' | 'pulls' | 'term' | 'set'>>

function sharedVerdict(of: ModelTable, { intent, held }: DecideInput): Verdict | null {
  if (intent.kind !== 'erase' || (intent.only && !intent.only.has(of.id))) return null
  const redacted = of.map.whenShared === 'redact' && !held.has(of.id)
  return { action: redacted ? 'pseudonymise' : 'keep', reason: held.has(of.id) ? 'hold' : 'shared' }
}

function verdictOn(of: ModelTable, row: LocatedRow, input: DecideInput): Verdict | null {
  const { intent, held } = input
  if (intent.kind !== 'erase') {
    const effect = effectOn(of.map, intent)
    // A table that rests on consent goes by a withdrawal that names no purpose, or one that the map says is this table's.
    const byConsent =
      intent.kind === 'consent' && of.map.legalBasis === 'consent' && (intent.purpose === null || effect !== null)
    if (!effect && !byConsent) return null
    if (held.has(of.id)) return { action: 'keep', reason: 'hold', pulls: true }
    if (byConsent || !effect) return eraseVerdict(of, row, input, of.map.erase ?? 'keep')
    return effect.delete
      ? { action: 'delete', reason: 'rule' }
      : { action: 'keep', reason: 'rule', set: { ...effect.set } }
  }
  const only = intent.only?.get(of.id)
  if (intent.only && !only && (row.role === 'own' || !goesWithItsParent(of, intent.only))) return null
  if (held.has(of.id)) return { action: 'keep', reason: 'hold', pulls: true }
  return eraseVerdict(of, row, input, only ?? of.map.erase ?? 'keep')
}

/**
 * What nobody asked about goes only where a row that it belongs to is deleted; next to a row that is pseudonymised it has
 * its own term. Its history goes along, since old values stand in it; a duty to keep that needs its values is heard.
 */
function goesWithItsParent({ map }: ModelTable, only: ReadonlyMap<string, 'delete' | 'pseudonymise'>): boolean {
  if (map.history || [...only.values()].includes('delete')) return true
  return map.keepFor.some((term) => term.needs.length > 0)
}

function eraseVerdict(of: ModelTable, row: LocatedRow, input: DecideInput, action: Action): Verdict {
  const { map } = of
  const later = action === 'keep' ? null : action
  if (map.neededWhile.some((needed) => isNeeded(needed, input)))
    return { action: 'keep', reason: 'still_needed', later, pulls: true }
  if (map.keepFor.length > 0) {
    const kept = keptByTerm(map.keepFor, (term) => startOf(term, of, row.key, input), input.today, input.rules)
    const then = kept.term?.then ?? later
    if (kept.kept)
      return { action: 'keep', reason: 'term', until: kept.until, later: then, pulls: true, term: kept.term }
    return then ? { action: then, reason: 'rule' } : { action: 'keep', reason: 'rule', pulls: true }
  }
  return action === 'keep' ? { action, reason: 'rule', pulls: true } : { action, reason: 'rule' }
}

function isNeeded(needed: ModelTable['map']['neededWhile'][number], { person, values }: DecideInput): boolean {
  return (person.rows.get(needed.table) ?? []).some((row) =>
    holds(needed.where, values(needed.table, row.key), needed.table),
  )
}

/** The start of a term: a column of the row itself, or the latest of several over all rows of the person. */
function startOf(
  term: KeepFor,
  of: ModelTable,
  key: RowKey,
  { person, values, rules }: DecideInput,
): Temporal.PlainDate | null {
  const days = term.from.columns.flatMap((name) => {
    const at = splitColumn(name, of.id)
    const keys =
      at.table === of.id && !term.from.latest ? [key] : (person.rows.get(at.table) ?? []).map((row) => row.key)
    return keys.flatMap((each) => dayOf(values(at.table, each)[at.column], rules.zone) ?? [])
  })
  return days.length === 0 ? null : days.reduce((a, b) => (Temporal.PlainDate.compare(a, b) >= 0 ? a : b))
}

/** References that are emptied because the row they point to is deleted. */
function cutsOf(person: LocatedPerson, drafts: Map<string, Draft>): { cuts: PlannedCut[]; open: OpenDecision[] } {
  const cuts: PlannedCut[] = []
  const open: OpenDecision[] = []
  for (const cut of person.cuts) {
    const rows = cut.rows.filter((row) => {
      const onto = drafts.get(rowId(cut.ontoTable, row.onto))
      const goesItself = row.key !== null && drafts.get(rowId(cut.table, row.key))?.action === 'delete'
      return onto?.action === 'delete' && !goesItself
    })
    if (rows.length === 0) continue
    if (cut.nullable)
      cuts.push({
        table: cut.table,
        columns: cut.columns,
        ontoTable: cut.ontoTable,
        byEngine: cut.origin === 'set_null',
        rows,
      })
    else open.push({ kind: 'cut_not_null', table: cut.table, columns: cut.columns, rows: rows.length })
  }
  return { cuts, open }
}

function decided(draft: Draft, { values, intent }: DecideInput): DecidedRow {
  const { of, row } = draft
  const columns = draft.action === 'pseudonymise' ? changesOf(draft) : []
  const rewrites = columns.some((change) => change.with.kind !== 'keep') || Object.keys(draft.set).length > 0
  const action = draft.action === 'pseudonymise' && !rewrites ? 'keep' : draft.action
  const kept = action === 'keep' && draft.reason !== 'hold' && draft.reason !== 'shared' ? (of.map.whileKept ?? {}) : {}
  const wanted = draft.action === 'keep' && draft.pulls ? { ...draft.set, ...kept } : draft.set
  const present = values(of.id, row.key)
  const set = Object.fromEntries(
    Object.entries(wanted).filter(([column, value]) => !sameScalar(value, present[column] ?? null)),
  )
  if (intent.kind !== 'erase' && draft.action === 'keep' && draft.reason === 'rule' && Object.keys(set).length > 0) {
    const columns = Object.entries(set).map(([column, value]): ColumnChange => ({
      column,
      with: { kind: 'fixed', value },
    }))
    return { ...plain(draft), action: 'pseudonymise', columns, set: {}, partly: true }
  }
  const needs = draft.action === 'pseudonymise' ? columns.filter((change) => !(change.column in set)) : []
  return { ...plain(draft), action, columns: action === 'pseudonymise' ? needs : [], set }
}

function plain({ of, row, reason, until, because, later }: Draft): Omit<DecidedRow, 'action' | 'columns' | 'set'> {
  return {
    table: of.id,
    key: row.key,
    reason,
    until: until?.toString() ?? null,
    because,
    later,
    partly: false,
    count: row.count,
  }
}

function changesOf(draft: Draft): ColumnChange[] {
  const changes = mappedChangesOf(draft)
  if (changes.length === 0 || draft.shared) return changes
  // The mark of the request would tie what is left of the row to the case.
  const marks = Object.keys(draft.of.map.onRequest?.set ?? {}).filter(
    (column) => !(column in draft.of.map.columns) && columnOf(draft.of.table, column)?.nullable,
  )
  return [...changes, ...marks.map((column): ColumnChange => ({ column, with: { kind: 'empty' } }))]
}

function mappedChangesOf({ of, shared, needed }: Draft): ColumnChange[] {
  return Object.entries(of.map.columns).flatMap(([column, { with: strategy }]): ColumnChange[] => {
    if (!strategy || strategy.kind === 'keep' || columnOf(of.table, column)?.generated !== false) return []
    if (shared && strategy.kind !== 'redact' && strategy.kind !== 'redact_list') return []
    return [{ column, with: needed.has(column) ? { kind: 'keep' } : strategy }]
  })
}
