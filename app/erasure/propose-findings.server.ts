import type { Executor, Row } from '~/systems/adapters/adapter'
import { columnOf } from '~/systems/catalogue'
import { encodeKey, nobody, type RowKey } from '~/systems/located'
import { readColumns } from '~/systems/locate/rows'
import { modelOf, modelTable } from './model'
import { filesOf } from './file-paths'
import type { ColumnChange, Decision, Obstacle } from './plan'
import type { FoundPlaces } from './plan-store.server'
import type { Proposal, ProposalOrder } from './propose.server'
import { MARK, redactText } from './redact'
import { RowSetBuilder } from './row-sets'
import { tracePattern } from './trace-pattern'

/**
 * What a follow-up plan does: in each row in which the scan found the person, the column where it stood is rewritten, and
 * nothing else of the row (datamap.md "Residue"). Rows that are gone meanwhile fall away. Runs SELECTs only.
 */
export async function proposeFindings(
  executor: Executor,
  order: ProposalOrder,
  findings: FoundPlaces,
  hashKey: Uint8Array,
): Promise<Proposal> {
  const { system } = order
  const model = modelOf(system.map)
  const rows = new Map<string, { decision: Decision; key: RowKey; values: Row }>()
  const obstacles: Obstacle[] = []
  const pattern = tracePattern(findings.traces)
  for (const place of findings.places.filter((each) => each.system === system.key)) {
    if (order.held.has(place.table)) continue
    const of = model.tables.get(place.table)
    if (!of || of.resolved.key.length === 0) {
      obstacles.push({ kind: of ? 'no_key' : 'unreachable', table: place.table, column: place.column, detail: null })
      continue
    }
    const { resolved, touched } = modelTable(model, place.table)
    const list = columnOf(of.table, place.column)?.family === 'array'
    for (const found of await readColumns(executor, resolved, place.keys, touched)) {
      const id = `${place.table}\u0000${encodeKey(found.key)}`
      const value = found.values[place.column] ?? ''
      const change: ColumnChange = {
        column: place.column,
        with: { kind: wayOf(place.with, { value, pattern, list }) },
      }
      const known = rows.get(id)?.decision.columns ?? []
      const decision: Decision = {
        table: place.table,
        action: 'pseudonymise',
        reason: 'rule',
        until: null,
        columns: [...known.filter((each) => each.column !== place.column), change],
        set: {},
        because: null,
        later: null,
        partly: true,
      }
      rows.set(id, { decision, key: found.key, values: found.values })
    }
  }
  const decisions = [...rows.values()].map((each) => each.decision)
  const sets = new RowSetBuilder(model, hashKey, { sets: decisions, cuts: [] })
  const files = new Set<string>()
  for (const { decision, key, values } of rows.values())
    for (const file of filesOf(model, sets.add(decision, key, 1, values), values)) files.add(file)
  return {
    system,
    model,
    person: nobody(system.key),
    decided: { cuts: [], detached: [], decisions: [], obstacles },
    sets: sets.all(),
    files: [...files],
    traces: findings.traces,
  }
}

/** What somebody said may be emptied is, where nothing else stands in it; a text about others loses the person only. */
function wayOf(
  wanted: FoundPlaces['places'][number]['with'],
  { value, pattern, list }: { value: string; pattern: RegExp | null; list: boolean },
): 'redact' | 'redact_list' | 'empty' {
  const alone = wanted === 'empty_if_alone' && !/[\p{L}\p{N}]/u.test(redactText(value, pattern).replaceAll(MARK, ''))
  if (alone) return 'empty'
  // Of an array the person's elements go; a mark among them would be one more.
  if (list && wanted !== 'empty') return 'redact_list'
  return wanted === 'empty_if_alone' ? 'redact' : wanted
}
