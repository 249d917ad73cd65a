import type { Temporal } from 'temporal-polyfill'
import type { Executor, Row } from '~/systems/adapters/adapter'
import { encodeKey, type Identifiers, type LocatedPerson, type RowKey } from '~/systems/located'
import type { ChosenSubject } from '~/systems/locate/choose-subjects'
import { locate } from '~/systems/locate/locate'
import { readColumns } from '~/systems/locate/rows'
import type { OpenSystem } from '~/systems/registry.server'
import { decide } from './decide'
import type { Intent } from './intent'
import { modelOf, modelTable, type Model } from './model'
import type { Decided } from './plan'
import type { FoundPlaces } from './plan-store.server'
import { proposeFindings } from './propose-findings.server'
import type { TermRules } from './terms'
import { tracesOf } from './traces'
import type { Traces } from './trace-pattern'

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
  /** Touched columns of a row of the person, as text. */
  readonly values: (table: string, key: RowKey) => Row
  readonly traces: Traces
}

const NONE: Row = {}

/**
 * Locates the person and decides row by row: the one computation behind preview, plan and the check before execution.
 * Runs SELECTs only. Throws `SystemError` when the database fails.
 */
export async function propose(executor: Executor, order: ProposalOrder): Promise<Proposal> {
  if (order.findings) return proposeFindings(executor, order, order.findings)
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
  const values = await readValues(executor, model, person)
  const decided = decide({
    model,
    person,
    values,
    intent,
    today: order.today,
    rules: order.rules,
    held: order.held,
  })
  return { system, model, person, decided, values, traces: tracesOf(model, person, values, order.identifiers) }
}

async function readValues(executor: Executor, model: Model, person: LocatedPerson): Promise<Proposal['values']> {
  const read = new Map<string, Map<string, Row>>()
  for (const found of [person.rows, person.shared])
    for (const [id, rows] of found) {
      const { resolved, touched } = modelTable(model, id)
      const answers = await readColumns(
        executor,
        resolved,
        rows.map((row) => row.key),
        touched,
      )
      const ofTable = read.get(id) ?? new Map<string, Row>()
      for (const answer of answers) ofTable.set(encodeKey(answer.key), answer.values)
      read.set(id, ofTable)
    }
  return (table, key) => read.get(table)?.get(encodeKey(key)) ?? NONE
}
