import type { Temporal } from 'temporal-polyfill'
import { newKey } from '~/platform/keys.server'
import type { Executor } from '~/systems/adapters/adapter'
import { keyword, sql } from '~/systems/adapters/sql'
import type { Identifiers, RowKey } from '~/systems/located'
import { valuesByPath } from '~/systems/locate/find-subjects'
import { addressOf, conditionsSql, keyFrom, selected, tableAs } from '~/systems/locate/rows'
import { encodeKey } from '~/systems/located'
import type { OpenSystem } from '~/systems/registry.server'
import type { ResolvedMap, ResolvedTable } from '~/systems/resolved-map'
import { checkFit } from './fit-plan'
import { propose, type Proposal } from './propose.server'
import { changes } from './row-sets'
import type { TermRules } from './terms'
import { tryOut } from './rehearse.server'

export interface RehearsalFailure {
  readonly table: string | null
  readonly column: string | null
  readonly constraint: string | null
  /** `constraint`, `permission`, `data`, … or what the plan itself stumbled over. */
  readonly kind: string
  /** SQLSTATE or errno, or what does not fit. */
  readonly detail: string | null
  /** For how many of the persons. */
  readonly persons: number
}

export interface MapRehearsal {
  readonly rehearsed: number
  readonly failures: readonly RehearsalFailure[]
}

/**
 * Plans the erasure of so many persons, drawn at random from the subject tables, and runs each plan's statements in a
 * transaction that is rolled back. Failures are named by table, column and constraint; never a value. Throws `SystemError`
 * when the database does not answer.
 */
export async function rehearseMap(order: {
  system: OpenSystem
  persons: number
  /** Today in the organisation's zone. */
  today: Temporal.PlainDate
  rules: TermRules
}): Promise<MapRehearsal> {
  const { system } = order
  const drawn = await drawPersons(system.adapter, system.map, order.persons)
  const failures = new Map<string, RehearsalFailure>()
  for (const { table, key } of drawn) {
    const proposal = await proposalFor(order, table, key)
    for (const failure of await failuresOf(proposal)) {
      const { persons: _, ...what } = failure
      const name = JSON.stringify(what)
      failures.set(name, { ...what, persons: (failures.get(name)?.persons ?? 0) + 1 })
    }
  }
  return { rehearsed: drawn.length, failures: [...failures.values()] }
}

async function failuresOf(proposal: Proposal): Promise<RehearsalFailure[]> {
  const { sets } = proposal
  const obstacles = [...proposal.decided.obstacles, ...checkFit(proposal.model, sets)]
  if (obstacles.length > 0)
    return obstacles.map(({ kind, table, column, detail }) => ({
      kind,
      table,
      column,
      constraint: null,
      detail,
      persons: 1,
    }))
  if (!sets.some(changes) && proposal.decided.cuts.length === 0) return []
  const error = await tryOut(proposal, Infinity)
  if (!error) return []
  const { kind, table, column, constraint, code } = error
  return [{ kind, table, column, constraint, detail: code, persons: 1 }]
}

/** As a request would: by the row's own identifiers; a row without any is taken as it is. */
async function proposalFor(
  { system, today, rules }: { system: OpenSystem; today: Temporal.PlainDate; rules: TermRules },
  table: ResolvedTable,
  key: RowKey,
): Promise<Proposal> {
  const work = async (executor: Executor) => {
    const identifiers = await identifiersOf(executor, system.map, table, key)
    const common = {
      system,
      facts: {},
      intent: { kind: 'erase' as const, only: null },
      today,
      rules,
      held: new Set<string>(),
      suggestions: false,
    }
    const chosen = [{ table: table.id, key }]
    const found = await propose(executor, { ...common, identifiers, subjects: chosen, rows: null }, newKey())
    return found.person.ambiguous
      ? propose(executor, { ...common, identifiers, subjects: [], rows: new Map([[table.id, [key]]]) }, newKey())
      : found
  }
  return system.adapter.transaction(work, { readOnly: true, isolation: 'repeatable read' })
}

async function identifiersOf(
  executor: Executor,
  resolved: ResolvedMap,
  table: ResolvedTable,
  key: RowKey,
): Promise<Identifiers> {
  const named: Record<string, string[]> = {}
  for (const [kind, paths] of table.subject?.identifiers ?? [])
    for (const path of paths) {
      const values = await valuesByPath(executor, resolved, table, path, [key])
      named[kind] = [...(named[kind] ?? []), ...(values.get(encodeKey(key)) ?? [])]
    }
  const { email, phone, customer_number, ...others } = named
  // One proven address is what most requests come with; the rest only where there is none.
  if (email?.length) return { email }
  return {
    ...(phone?.length ? { phone } : {}),
    ...(customer_number?.length ? { customer_number } : {}),
    named: others,
  }
}

/** So many rows at random, turn by turn from each subject table. */
async function drawPersons(
  executor: Executor,
  resolved: ResolvedMap,
  wanted: number,
): Promise<{ table: ResolvedTable; key: RowKey }[]> {
  const { dialect } = executor
  const random = keyword(executor.engine === 'mysql' ? 'RAND()' : 'random()')
  const piles: { table: ResolvedTable; key: RowKey }[][] = []
  for (const table of resolved.tables.values()) {
    if (!table.subject) continue
    const address = addressOf(dialect, table, 't')
    const rows = await executor.query(
      sql`SELECT ${selected('k', address.texts)} FROM ${tableAs(dialect, table, 't')}
        WHERE ${conditionsSql(dialect, table.subject.where, { this: 't', other: 't' })}
        ORDER BY ${random} LIMIT ${keyword(String(Math.trunc(wanted)))}`,
    )
    piles.push(rows.map((row) => ({ table, key: keyFrom(row, 'k', address.texts.length) })))
  }
  const drawn: { table: ResolvedTable; key: RowKey }[] = []
  for (let turn = 0; drawn.length < wanted && piles.some((pile) => pile.length > turn); turn++)
    for (const pile of piles) {
      const next = pile[turn]
      if (next && drawn.length < wanted) drawn.push(next)
    }
  return drawn
}
