import { createHmac } from 'node:crypto'
import type { Executor } from '~/systems/adapters/adapter'
import { keyword } from '~/systems/adapters/sql'
import { encodeKey, type RowKey } from '~/systems/located'
import { readColumns } from '~/systems/locate/rows'
import { breakCircles, cutReferences, deleteRows } from './delete.server'
import { deleteOrder, goesLast } from './delete-order'
import { historyRows, historySearches } from './history.server'
import { movesKey, referrersOf } from './key-columns'
import { modelTable, type Model } from './model'
import type { ColumnChange } from './plan'
import { rewriteReferredColumn } from './rewrite-keys.server'
import { rewriteRows, setConstants, type RewriteContext } from './rewrite.server'
import { changes, type RowSet, type StoredCut } from './row-sets'

export interface CarriedOut {
  readonly deleted: number
  readonly pseudonymised: number
  /** Per set of rewritten rows: what they now hold, as an HMAC under the run's key. */
  readonly checks: readonly string[]
}

/** Rows as a person counts them: identical rows of a log each for themselves. */
export const rowsIn = (sets: readonly RowSet[]): number =>
  sets.reduce((sum, set) => sum + set.rows.reduce((all, row) => all + row.count, 0), 0)

const keysOf = (set: RowSet): RowKey[] => set.rows.map((row) => row.key)

/** Columns that others refer to are rewritten at the very end, together with the references; keys address rows till then. */
function movesLast(model: Model, set: RowSet, change: ColumnChange): boolean {
  const isKey = modelTable(model, set.table).resolved.key.some((column) => column.name === change.column)
  return movesKey(change) && (isKey || referrersOf(model, set.table, change.column).length > 0)
}

/**
 * Carries out (part of) a plan inside an open transaction: constants and cuts, rewriting, deletion with children before
 * parents, key columns with their references, log tables last. The rehearsal and the run both come here.
 */
export async function carryOut(
  executor: Executor,
  context: RewriteContext,
  plan: {
    sets: readonly RowSet[]
    cuts: readonly StoredCut[]
    circles?: ReadonlyMap<string, readonly RowKey[]>
  },
): Promise<CarriedOut> {
  const { model } = context
  const now = plan.sets.filter((set) => !goesLast(model, set))
  if (executor.engine === 'postgres') await executor.run(keyword('SET CONSTRAINTS ALL DEFERRED'))
  for (const set of plan.sets.filter((each) => Object.keys(each.set).length > 0))
    await setConstants(executor, model, set, keysOf(set))
  for (const cut of plan.cuts) await cutReferences(executor, model, cut)
  const rewritten = now.filter((set) => set.action === 'pseudonymise')
  for (const set of rewritten) {
    const columns = set.columns.filter((change) => !(change.column in set.set) && !movesLast(model, set, change))
    await rewriteRows(executor, context, set.table, keysOf(set), columns)
  }
  let deleted = await deleteSets(executor, model, now, plan.circles)
  const checks: string[] = []
  for (const set of rewritten) checks.push(await checkOf(executor, context, set))
  for (const set of rewritten)
    for (const change of set.columns.filter((each) => movesLast(model, set, each)))
      await rewriteReferredColumn(executor, context, set.table, keysOf(set), change)
  deleted += await clearHistory(executor, context, plan.sets)
  if (executor.engine === 'postgres') await executor.run(keyword('SET CONSTRAINTS ALL IMMEDIATE'))
  return { deleted, pseudonymised: rowsIn(rewritten), checks }
}

async function deleteSets(
  executor: Executor,
  model: Model,
  sets: readonly RowSet[],
  circles?: ReadonlyMap<string, readonly RowKey[]>,
): Promise<number> {
  const going = new Map<string, RowKey[]>()
  for (const set of sets)
    if (set.action === 'delete') going.set(set.table, [...(going.get(set.table) ?? []), ...keysOf(set)])
  const { order, circular } = deleteOrder(model, [...going.keys()])
  if (circles)
    for (const [table, keys] of circles)
      await breakCircles(executor, model, table, keys, new Set([...circles.keys(), ...circular]))
  else for (const table of order) await breakCircles(executor, model, table, going.get(table) ?? [], circular)
  for (const table of order) await deleteRows(executor, model, table, going.get(table) ?? [])
  return rowsIn(sets.filter((set) => set.action === 'delete'))
}

/** Log rows go last, with those that triggers wrote meanwhile: they hold the old values. */
async function clearHistory(executor: Executor, context: RewriteContext, sets: readonly RowSet[]): Promise<number> {
  const { model } = context
  const kept = new Set(
    sets
      .filter((set) => set.action === 'keep')
      .flatMap((set) => set.rows.map((row) => `${set.table}\u0000${encodeKey(row.key)}`)),
  )
  const logs = sets.filter((set) => changes(set) && goesLast(model, set))
  let gone = 0
  for (const set of logs) {
    if (set.action === 'delete') {
      await deleteRows(executor, model, set.table, keysOf(set))
      gone += rowsIn([set])
    }
    if (set.action === 'pseudonymise') await rewriteRows(executor, context, set.table, keysOf(set), set.columns)
  }
  for (const [table, keys] of await historyRows(executor, model, historySearches(model, sets, context.values), kept))
    if (modelTable(model, table).map.erase === 'delete') await deleteRows(executor, model, table, keys)
  return gone
}

/** What the rewritten columns of a set hold now. Columns whose values move last are not part of it. */
export async function checkOf(
  executor: Executor,
  context: Pick<RewriteContext, 'model' | 'key'>,
  set: RowSet,
): Promise<string> {
  const of = modelTable(context.model, set.table)
  const names = set.columns
    .filter((change) => change.with.kind !== 'keep' && !movesLast(context.model, set, change))
    .map((change) => change.column)
  const columns = of.touched.filter((column) => names.includes(column.name))
  if (columns.length === 0 || set.columns.some((change) => of.resolved.key.some((key) => key.name === change.column)))
    return ''
  const rows = await readColumns(executor, of.resolved, keysOf(set), columns)
  const lines = rows.map((row) => JSON.stringify([row.key, columns.map((column) => row.values[column.name] ?? null)]))
  const hmac = createHmac('sha256', context.key)
  for (const line of lines.sort()) hmac.update(line).update('\n')
  return hmac.digest('hex')
}
