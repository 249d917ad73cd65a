import type { Temporal } from 'temporal-polyfill'
import type { Executor, Row } from '~/systems/adapters/adapter'
import { listOf } from '~/systems/list'
import type { Identifiers, LocatedPerson, RowKey } from '~/systems/located'
import type { ChosenSubject } from '~/systems/locate/choose-subjects'
import { locate } from '~/systems/locate/locate'
import { eachRow } from '~/systems/locate/rows'
import type { OpenSystem } from '~/systems/registry.server'
import { decide } from './decide'
import { decisionsOn, plannedChanges } from './decisions'
import { filesOf } from './file-paths'
import type { Intent } from './intent'
import { modelOf, modelTable, type Model } from './model'
import type { Decided } from './plan'
import type { FoundPlaces } from './plan-store.server'
import { proposeFindings } from './propose-findings.server'
import { readFacts } from './row-facts.server'
import { RowSetBuilder, type RowSet } from './row-sets'
import type { TermRules } from './terms'
import type { Traces } from './trace-pattern'
import { TraceCollector } from './traces'

/** From whom or what a plan starts in one system, and what it is to bring about. */
export interface ProposalOrder {
  readonly system: OpenSystem
  readonly identifiers: Identifiers
  readonly subjects: readonly ChosenSubject[]
  /** Start from these rows instead of the identifiers (retention, deferred erasure). */
  readonly rows: ReadonlyMap<string, readonly RowKey[]> | null
  /** Typed and unproven: chooses between persons. */
  readonly facts: Readonly<Record<string, string>>
  readonly intent: Intent
  /** Follow-up: rewrite these places and locate nobody. */
  readonly findings?: FoundPlaces | null
  readonly today: Temporal.PlainDate
  readonly rules: TermRules
  readonly held: ReadonlySet<string>
  readonly suggestions: boolean
}

export interface Proposal {
  readonly system: OpenSystem
  readonly model: Model
  readonly person: LocatedPerson
  readonly decided: Decided
  readonly sets: RowSet[]
  readonly traces: Traces
  /** Files on disk to which rows refer that go, each once, in the order of the plan. */
  readonly files: readonly string[]
}

const NONE: Row = {}

/**
 * Locates the person and decides row by row: the one computation behind preview, plan and the check before execution.
 * Rows are read one portion at a time; of each only its key and digests under `hashKey` are kept. Runs SELECTs only. Throws
 * `SystemError` when the database fails.
 */
export async function propose(executor: Executor, order: ProposalOrder, hashKey: Uint8Array): Promise<Proposal> {
  if (order.findings) return proposeFindings(executor, order, order.findings, hashKey)
  const { system, intent } = order
  const model = modelOf(system.map)
  const options = {
    facts: order.facts,
    suggestions: order.suggestions,
    ...(order.rows ? { rows: order.rows } : {}),
  }
  let person = await locate(executor, system.map, order.identifiers, { ...options, subjects: order.subjects })
  // A stop to direct marketing harms nobody: all rows that match are set (datamap.md "Who is found").
  if (person.ambiguous && intent.kind === 'effects' && intent.cause === 'objection')
    person = await locate(executor, system.map, order.identifiers, { ...options, subjects: person.candidates })
  const { drafts, decided } = decide({
    model,
    person,
    facts: await readFacts(executor, model, person, order.rules.zone),
    intent,
    today: order.today,
    rules: order.rules,
    held: order.held,
  })
  const decisions = decisionsOn(drafts, intent)
  const sets = new RowSetBuilder(model, hashKey, { sets: plannedChanges(drafts), cuts: decided.cuts })
  const traces = new TraceCollector(model, person, order.identifiers)
  const files = new Set<string>()
  const { keyOf, countOf } = person.numbers
  for (const found of [person.numbers.rows, person.numbers.shared])
    for (const [table, ids] of found) {
      const { resolved, touched } = modelTable(model, table)
      const keys = listOf(ids.length, (index) => keyOf(ids[index] ?? -1))
      await eachRow(executor, resolved, keys, touched, (key, values, index) => {
        const id = ids[index] ?? -1
        const present = values ?? NONE
        if (found === person.numbers.rows) traces.see(table, id, present)
        const decision = decisions(id, present)
        if (!decision) return
        const set = sets.add(decision, key, countOf(id), present)
        for (const file of filesOf(model, set, present)) files.add(file)
      })
    }
  return { system, model, person, decided, sets: sets.all(), traces: traces.all(), files: [...files] }
}
