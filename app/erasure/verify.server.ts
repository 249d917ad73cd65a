import type { Executor, Row } from '~/systems/adapters/adapter'
import { encodeKey, type RowKey } from '~/systems/located'
import { locate } from '~/systems/locate/locate'
import { readColumns } from '~/systems/locate/rows'
import type { OpenSystem } from '~/systems/registry.server'
import { batchesOf } from './batches'
import { checkOf } from './carry-out.server'
import { deleteRows } from './delete.server'
import { rowDigest } from './digest'
import { historyRows, historySearches } from './history.server'
import { columnsReferringToRewritten } from './key-columns'
import { boundColumns, modelOf, modelTable, type Model } from './model'
import type { PlanContents, PlanSearch } from './plan-store.server'
import type { Receipt } from './receipt.server'
import { changes, type RowSet } from './row-sets'

export interface Verification {
  readonly system: OpenSystem
  readonly contents: PlanContents
  readonly search: PlanSearch
  readonly hashKey: Uint8Array
  readonly key: Uint8Array
  readonly receipts: readonly Receipt[]
  readonly rowsPerBatch: number
}

/** What is not as the plan says, as rows per table. */
export type Mismatch = Record<string, Record<string, number>>

/**
 * Looks whether a run did what its plan says: by row keys (deleted gone, rewritten carry the new values, kept unchanged) and
 * by the identifiers (nothing is found but rows that the plan keeps). First clears what triggers wrote into log tables after
 * the last look. Null: all is as it should be.
 */
export async function verifySystem(verification: Verification): Promise<Mismatch | null> {
  const { system, contents } = verification
  const model = modelOf(system.map)
  await system.adapter.transaction((tx) => clearLogs(tx, model, contents.sets))
  return system.adapter.transaction(
    async (tx) => {
      const found: Mismatch = {}
      const note = (kind: string, table: string, rows: number) => {
        if (rows > 0) (found[kind] ??= {})[table] = (found[kind][table] ?? 0) + rows
      }
      const referring = columnsReferringToRewritten(model, contents.sets)
      for (const set of contents.sets) {
        const of = modelTable(model, set.table)
        const { resolved, touched, map } = of
        const rows = await readColumns(
          tx,
          resolved,
          set.rows.map((row) => row.key),
          set.action === 'delete' ? [] : touched,
        )
        if (set.action === 'delete') note('not_gone', set.table, rows.length)
        else if (!map.history) {
          const names = boundColumns(of)
          note('changed', set.table, changedRows(verification, set, referring.get(set.table) ?? new Set(), names, rows))
        }
      }
      await compareChecks(tx, verification, model, note)
      await locateAgain(tx, verification, note)
      return Object.keys(found).length > 0 ? found : null
    },
    { readOnly: true, isolation: 'repeatable read' },
  )
}

/** Kept rows whose columns, but for those that the plan itself writes, are no longer as the plan found them. */
function changedRows(
  { hashKey }: Verification,
  set: RowSet,
  written: ReadonlySet<string>,
  names: readonly string[],
  rows: readonly { key: RowKey; values: Row }[],
): number {
  if (set.action !== 'keep') return 0
  const present = new Map(rows.map((row) => [encodeKey(row.key), row.values]))
  const rest = names.filter((name) => !written.has(name) && !(name in set.set))
  return set.rows.filter((row) => {
    const values = present.get(encodeKey(row.key))
    return !values || rowDigest(hashKey, rest, values) !== row.rest
  }).length
}

async function compareChecks(
  tx: Executor,
  { contents, receipts, key, rowsPerBatch }: Verification,
  model: Model,
  note: (kind: string, table: string, rows: number) => void,
): Promise<void> {
  for (const [number, batch] of batchesOf(model, contents, rowsPerBatch).entries()) {
    const rewritten = batch.sets.filter(
      (set) => set.action === 'pseudonymise' && !modelTable(model, set.table).map.history,
    )
    const checks = receipts[number]?.checks ?? []
    for (const [index, set] of rewritten.entries())
      if ((await checkOf(tx, { model, key }, set)) !== checks[index]) note('not_rewritten', set.table, set.rows.length)
  }
}

/** The identifiers find nothing any more but rows that the plan keeps or leaves with a needed identifier. */
async function locateAgain(
  tx: Executor,
  { system, search, contents }: Verification,
  note: (kind: string, table: string, rows: number) => void,
): Promise<void> {
  if (search.intent.kind !== 'erase' || search.rows || search.findings) return
  const person = await locate(tx, system.map, search.identifiers, { references: false, suggestions: false })
  const mayStay = new Set(
    contents.sets
      .filter(
        (set) =>
          set.action === 'keep' || set.columns.some((change) => change.with.kind === 'keep') || set.reason === 'shared',
      )
      .flatMap((set) => set.rows.map((row) => `${set.table}\u0000${encodeKey(row.key)}`)),
  )
  // Where a person chose among several, the others go on being found.
  const planned = new Set(
    contents.sets.filter(changes).flatMap((set) => set.rows.map((row) => `${set.table}\u0000${encodeKey(row.key)}`)),
  )
  const chosen = search.subjects.length > 0 || Object.keys(search.facts).length > 0
  for (const [table, rows] of person.rows) {
    // What is kept may lead on to what was rewritten; only what carries the identifier itself counts.
    const again = rows.filter((row) => {
      const id = `${table}\u0000${encodeKey(row.key)}`
      return row.role === 'own' && !mayStay.has(id) && (!chosen || planned.has(id))
    })
    note('found_again', table, again.length)
  }
}

async function clearLogs(tx: Executor, model: Model, sets: readonly RowSet[]): Promise<void> {
  const kept = new Set(
    sets
      .filter((set) => set.action === 'keep')
      .flatMap((set) => set.rows.map((row) => `${set.table}\u0000${encodeKey(row.key)}`)),
  )
  // The rows may be gone: what is left of them is their key.
  const byKey = (table: string, key: RowKey): Row =>
    Object.fromEntries(modelTable(model, table).resolved.key.map((column, i) => [column.name, key[i] ?? null]))
  for (const [table, keys] of await historyRows(tx, model, historySearches(model, sets, byKey), kept))
    if (modelTable(model, table).map.erase === 'delete') await deleteRows(tx, model, table, keys)
}
