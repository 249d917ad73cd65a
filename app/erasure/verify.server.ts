import type { Executor } from '~/systems/adapters/adapter'
import { inOrder } from '~/systems/adapters/in-order'
import type { RowKey } from '~/systems/located'
import { locate } from '~/systems/locate/locate'
import { eachRow } from '~/systems/locate/rows'
import type { OpenSystem } from '~/systems/registry.server'
import { batchesOf } from './batches'
import { checkOf } from './carry-out.server'
import { deleteRows } from './delete.server'
import { rowDigest } from './digest'
import { clearHistory, historySearches } from './history.server'
import { withoutKeptHolders } from './kept-holders.server'
import { columnsReferringToRewritten } from './key-columns'
import { boundColumns, modelOf, modelTable, type Model } from './model'
import type { PlanContents, PlanSearch } from './plan-store.server'
import type { Receipt } from './receipt.server'
import { changes, columnsCut, type RowSet } from './row-sets'

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
  const hasLogs = [...model.tables.values()].some((of) => of.map.history)
  if (hasLogs)
    await system.adapter.transaction(async (tx) => {
      // The rows may be gone: what is left of them is their key.
      const searches = await historySearches(null, model, contents.sets)
      await clearHistory(tx, model, searches, contents.sets, (table, keys) => deleteRows(tx, model, table, keys))
    })
  return system.adapter.transaction(
    async (tx) => {
      const found: Mismatch = {}
      const note = (kind: string, table: string, rows: number) => {
        if (rows > 0) (found[kind] ??= {})[table] = (found[kind][table] ?? 0) + rows
      }
      const referring = columnsReferringToRewritten(model, contents.sets)
      const looks = contents.sets.map((set) => async () => {
        const written = referring.get(set.table) ?? new Set<string>()
        if (set.action === 'delete') note('not_gone', set.table, await rowsLeft(tx, model, set))
        else if (isKept(model, set))
          note('changed', set.table, await changedRows(tx, model, verification, set, written))
      })
      await inOrder(tx, [...looks, ...comparisons(tx, verification, model, note)])
      await locateAgain(tx, verification, note)
      return Object.keys(found).length > 0 ? found : null
    },
    { readOnly: true, isolation: 'repeatable read' },
  )
}

const isKept = (model: Model, set: RowSet) => set.action === 'keep' && !modelTable(model, set.table).map.history

async function rowsLeft(tx: Executor, model: Model, set: RowSet): Promise<number> {
  let left = 0
  await eachRow(tx, modelTable(model, set.table).resolved, set.rows.keys, [], (_key, values) => {
    if (values) left++
  })
  return left
}

/** Kept rows whose columns, but for those that the plan itself writes or cuts, are no longer as the plan found them. */
async function changedRows(
  tx: Executor,
  model: Model,
  { hashKey, contents }: Verification,
  set: RowSet,
  written: ReadonlySet<string>,
): Promise<number> {
  const of = modelTable(model, set.table)
  const cut = columnsCut(contents.cuts, set.table)
  const rest = boundColumns(of).filter((name) => !written.has(name) && !(name in set.set) && !cut.includes(name))
  let changed = 0
  await eachRow(tx, of.resolved, set.rows.keys, of.touched, (_key, values, index) => {
    if (!values || rowDigest(hashKey, rest, values) !== set.rows.at(index).rest) changed++
  })
  return changed
}

/** What the receipts say of rewritten rows is held against what these hold. */
function comparisons(
  tx: Executor,
  { contents, receipts, key, rowsPerBatch }: Verification,
  model: Model,
  note: (kind: string, table: string, rows: number) => void,
): (() => Promise<void>)[] {
  return [...batchesOf(model, contents, rowsPerBatch)].flatMap((batch, number) => {
    const rewritten = batch.sets.filter(
      (set) => set.action === 'pseudonymise' && !modelTable(model, set.table).map.history,
    )
    const checks = receipts[number]?.checks ?? []
    return rewritten.map((set, index) => async () => {
      if ((await checkOf(tx, { model, key }, set)) !== checks[index]) note('not_rewritten', set.table, set.rows.length)
    })
  })
}

/** The identifiers find nothing any more but rows that the plan keeps or leaves with a needed identifier. */
async function locateAgain(
  tx: Executor,
  { system, search, contents }: Verification,
  note: (kind: string, table: string, rows: number) => void,
): Promise<void> {
  if (search.intent.kind !== 'erase' || search.rows || search.findings) return
  const mayStay = (set: RowSet) =>
    set.action === 'keep' || set.columns.some((change) => change.with.kind === 'keep') || set.reason === 'shared'
  const map = await withoutKeptHolders(tx, system.map, search.identifiers, contents.sets, mayStay)
  const person = await locate(tx, map, search.identifiers, { references: false, suggestions: false })
  // Where a person chose among several, the others go on being found.
  const chosen = search.subjects.length > 0 || Object.keys(search.facts).length > 0
  const { keyOf, roleOf } = person.numbers
  for (const [table, ids] of person.numbers.rows) {
    const sets = contents.sets.filter((set) => set.table === table)
    const isIn = (among: readonly RowSet[], key: RowKey) => among.some((set) => set.rows.indexOf(key) >= 0)
    const [staying, planned] = [sets.filter(mayStay), sets.filter(changes)]
    // What is kept may lead on to what was rewritten; only what carries the identifier itself counts.
    const again = ids.filter((id) => {
      if (roleOf(id) !== 'own') return false
      const key = keyOf(id)
      return !isIn(staying, key) && (!chosen || isIn(planned, key))
    })
    note('found_again', table, again.length)
  }
}
