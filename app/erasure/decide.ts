import { Temporal } from 'temporal-polyfill'
import { Numbers, listOf } from '~/systems/list'
import type { KeepFor } from '~/systems/data-map'
import type { LocatedPerson, RowRole } from '~/systems/located'
import { Drafts, type Draft } from './draft'
import { withoutBystanders } from './go-along'
import { effectOn, type Intent } from './intent'
import { edgesOf } from './links'
import { modelTable, splitColumn, type Model, type ModelTable } from './model'
import { referencesFromOutside } from './outside'
import type { Action, Decided, Obstacle, OpenDecision, PlannedCut } from './plan'
import type { RowFacts } from './row-facts.server'
import { countDetached, keepWhatBelongs, keepWhatIsReferredTo, loosenTies, noteNeeded } from './settle'
import { keptByTerm, type TermRules } from './terms'

export interface DecideInput {
  readonly model: Model
  readonly person: LocatedPerson
  readonly facts: RowFacts
  readonly intent: Intent
  /** Today in the organisation's zone. */
  readonly today: Temporal.PlainDate
  readonly rules: TermRules
  /** Tables that a hold forbids to touch. */
  readonly held: ReadonlySet<string>
}

/**
 * Decides row by row what a plan does (datamap.md "What happens to a row"). Pure: the same person, values, map and day give
 * the same answer; the preview and the plan both ask here. What becomes of each row is in `drafts`; `decisionsOn` says it out.
 */
export function decide(input: DecideInput): { drafts: Drafts; decided: Decided } {
  const { person, intent } = input
  const all = draftsOf(input)
  const drafts = intent.kind === 'erase' && intent.only ? withoutBystanders(all, person, intent.only) : all
  const edges = edgesOf(input.model, person)
  if (intent.kind === 'erase' || intent.kind === 'consent') keepWhatBelongs(drafts, person, edges)
  const outside = referencesFromOutside(person)
  keepWhatIsReferredTo(drafts, edges, outside)
  noteNeeded(drafts, edges)
  const decisions = loosenTies(drafts, edges)
  const obstacles = new Map<string, Obstacle>()
  for (const [id, table] of outside.cascades) {
    if (drafts.get(id)?.action !== 'delete') continue
    const detail = drafts.table(id).id
    obstacles.set(`${table} ${detail}`, { kind: 'cascade_beyond_plan', table, column: null, detail })
  }
  const { cuts, open } = cutsOf(person, drafts)
  return {
    drafts,
    decided: {
      cuts,
      detached: countDetached(drafts, edges, person.size),
      decisions: [...decisions, ...open],
      obstacles: [...obstacles.values()],
    },
  }
}

const NOTHING = { because: null, needed: [], set: {}, pulls: false, later: null, until: null }

function draftsOf(input: DecideInput): Drafts {
  const { person, model } = input
  const drafts = new Drafts(person.size)
  for (const [table, ids] of person.numbers.rows) {
    const of = modelTable(model, table)
    const verdicts = verdictsOn(of, input)
    for (const id of ids) {
      const verdict = verdicts(id)
      if (verdict) drafts.add(id, of, false, verdict)
    }
  }
  for (const [table, ids] of person.numbers.shared) {
    const of = modelTable(model, table)
    const verdict = sharedVerdict(of, input)
    if (verdict) for (const id of ids) drafts.add(id, of, true, { ...NOTHING, ...verdict })
  }
  return drafts
}

/** Rows of the same role whose terms start on the same days fare alike: each such verdict is found once. */
function verdictsOn(of: ModelTable, input: DecideInput): (id: number) => Draft | null {
  const known = new Map<string, Draft | null>()
  return (id) => {
    const role = input.person.numbers.roleOf(id)
    const starts = of.map.keepFor.map((term) => startOf(term, of, id, input))
    const name = `${role} ${starts.map(String).join()}`
    let draft = known.get(name)
    if (draft === undefined) {
      const verdict = verdictOn(of, role, starts, input)
      known.set(name, (draft = verdict && { ...NOTHING, ...verdict }))
    }
    return draft
  }
}

type Verdict = Pick<Draft, 'action' | 'reason'> & Partial<Pick<Draft, 'until' | 'later' | 'pulls' | 'set'>>
type Starts = readonly (Temporal.PlainDate | null)[]

function sharedVerdict(of: ModelTable, { intent, held }: DecideInput): Verdict | null {
  if (intent.kind !== 'erase' || (intent.only && !intent.only.has(of.id))) return null
  const redacted = of.map.whenShared === 'redact' && !held.has(of.id)
  return { action: redacted ? 'pseudonymise' : 'keep', reason: held.has(of.id) ? 'hold' : 'shared' }
}

function verdictOn(of: ModelTable, role: RowRole, starts: Starts, input: DecideInput): Verdict | null {
  const { intent, held } = input
  if (intent.kind !== 'erase') {
    const effect = effectOn(of.map, intent)
    // A table that rests on consent goes by a withdrawal that names no purpose, or one that the map says is this table's.
    const byConsent =
      intent.kind === 'consent' && of.map.legalBasis === 'consent' && (intent.purpose === null || effect !== null)
    if (!effect && !byConsent) return null
    if (held.has(of.id)) return { action: 'keep', reason: 'hold', pulls: true }
    if (byConsent || !effect) return eraseVerdict(of, starts, input, of.map.erase ?? 'keep')
    return effect.delete
      ? { action: 'delete', reason: 'rule' }
      : { action: 'keep', reason: 'rule', set: { ...effect.set } }
  }
  const only = intent.only?.get(of.id)
  if (intent.only && !only && (role === 'own' || !goesWithItsParent(of, intent.only))) return null
  if (held.has(of.id)) return { action: 'keep', reason: 'hold', pulls: true }
  return eraseVerdict(of, starts, input, only ?? of.map.erase ?? 'keep')
}

/**
 * What nobody asked about goes only where a row that it belongs to is deleted; next to a row that is pseudonymised it has
 * its own term. Its history goes along, since old values stand in it; a duty to keep that needs its values is heard.
 */
function goesWithItsParent({ map }: ModelTable, only: ReadonlyMap<string, 'delete' | 'pseudonymise'>): boolean {
  if (map.history || [...only.values()].includes('delete')) return true
  return map.keepFor.some((term) => term.needs.length > 0)
}

function eraseVerdict(of: ModelTable, starts: Starts, input: DecideInput, action: Action): Verdict {
  const { map } = of
  const later = action === 'keep' ? null : action
  if (map.neededWhile.some((need) => input.facts.needed(need)))
    return { action: 'keep', reason: 'still_needed', later, pulls: true }
  if (map.keepFor.length > 0) {
    const startOfTerm = (term: KeepFor) => starts[map.keepFor.indexOf(term)] ?? null
    const kept = keptByTerm(map.keepFor, startOfTerm, input.today, input.rules)
    const then = kept.term?.then ?? later
    if (kept.kept) return { action: 'keep', reason: 'term', until: kept.until, later: then, pulls: true }
    return then ? { action: then, reason: 'rule' } : { action: 'keep', reason: 'rule', pulls: true }
  }
  return action === 'keep' ? { action, reason: 'rule', pulls: true } : { action, reason: 'rule' }
}

/** The start of a term: a column of the row itself, or the latest of several over all rows of the person. */
function startOf(term: KeepFor, of: ModelTable, id: number, { facts }: DecideInput): Temporal.PlainDate | null {
  let found: Temporal.PlainDate | null = null
  for (const name of term.from.columns) {
    const at = splitColumn(name, of.id)
    const isOwn = at.table === of.id && !term.from.latest
    const day = isOwn ? facts.dayOf(of.id, at.column, id) : facts.latestOf(at.table, at.column)
    if (day && (!found || Temporal.PlainDate.compare(day, found) > 0)) found = day
  }
  return found
}

/** References that are emptied because the row they point to is deleted. */
function cutsOf(person: LocatedPerson, drafts: Drafts): { cuts: PlannedCut[]; open: OpenDecision[] } {
  const cuts: PlannedCut[] = []
  const open: OpenDecision[] = []
  for (const { table, columns, ontoTable, nullable, origin, rows } of person.cuts) {
    const places = new Numbers()
    let place = 0
    for (const { key, id, ontoId } of rows) {
      const from = key === null ? undefined : drafts.get(id)
      // What the plan itself empties is told as detached.
      const isDetached = origin === 'set_null' && columns.every((column) => from && column in from.set)
      if (drafts.get(ontoId)?.action === 'delete' && from?.action !== 'delete' && !isDetached) places.push(place)
      place++
    }
    if (places.length === 0) continue
    const cut = (index: number) => {
      const { key = null, onto = [] } = rows.at(places.at(index)) ?? {}
      return { key, onto }
    }
    if (nullable)
      cuts.push({ table, columns, ontoTable, byEngine: origin === 'set_null', rows: listOf(places.length, cut) })
    else open.push({ kind: 'cut_not_null', table, columns, rows: places.length })
  }
  return { cuts, open }
}
