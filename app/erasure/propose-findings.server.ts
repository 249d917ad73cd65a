import type { Executor, Row } from '~/systems/adapters/adapter'
import { encodeKey, type LocatedPerson } from '~/systems/located'
import { readColumns } from '~/systems/locate/rows'
import { modelOf, modelTable } from './model'
import type { ColumnChange, DecidedRow, Obstacle } from './plan'
import type { FoundPlaces } from './plan-store.server'
import type { Proposal, ProposalOrder } from './propose.server'

/**
 * What a follow-up plan does: in each row in which the scan found the person, the column where it stood is rewritten, and
 * nothing else of the row (datamap.md "Residue"). Rows that are gone meanwhile fall away. Runs SELECTs only.
 */
export async function proposeFindings(
  executor: Executor,
  order: ProposalOrder,
  findings: FoundPlaces,
): Promise<Proposal> {
  const { system } = order
  const model = modelOf(system.map)
  const rows = new Map<string, DecidedRow>()
  const read = new Map<string, Row>()
  const obstacles: Obstacle[] = []
  for (const place of findings.places.filter((each) => each.system === system.key)) {
    if (order.held.has(place.table)) continue
    const of = model.tables.get(place.table)
    if (!of || of.resolved.key.length === 0) {
      obstacles.push({ kind: of ? 'no_key' : 'unreachable', table: place.table, column: place.column, detail: null })
      continue
    }
    const { resolved, touched } = modelTable(model, place.table)
    const change: ColumnChange = { column: place.column, with: { kind: place.with } }
    for (const found of await readColumns(executor, resolved, place.keys, touched)) {
      const id = `${place.table}\u0000${encodeKey(found.key)}`
      const known = rows.get(id)
      read.set(id, found.values)
      rows.set(id, {
        table: place.table,
        key: found.key,
        action: 'pseudonymise',
        reason: 'rule',
        until: null,
        columns: [...(known?.columns ?? []).filter((each) => each.column !== place.column), change],
        set: {},
        because: null,
        later: null,
        partly: true,
        count: 1,
      })
    }
  }
  return {
    system,
    model,
    person: nobody(system.key),
    decided: { rows: [...rows.values()], cuts: [], detached: [], decisions: [], obstacles },
    values: (table, key) => read.get(`${table}\u0000${encodeKey(key)}`) ?? {},
    traces: findings.traces,
  }
}

const nobody = (system: string): LocatedPerson => ({
  system,
  ambiguous: false,
  candidates: [],
  unfounded: [],
  rows: new Map(),
  shared: new Map(),
  others: [],
  cuts: [],
  ties: [],
  references: [],
  suggestions: [],
  notSearched: [],
})
