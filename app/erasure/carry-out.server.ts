import { createHmac } from 'node:crypto'
import type { Executor } from '~/systems/adapters/adapter'
import { inOrder } from '~/systems/adapters/in-order'
import { keyword } from '~/systems/adapters/sql'
import type { List } from '~/systems/list'
import type { RowKey } from '~/systems/located'
import { readColumns } from '~/systems/locate/rows'
import { goingRows } from './batches'
import { breakCircles, cutReferences, deleteRows } from './delete.server'
import { deleteOrder, goesLast } from './delete-order'
import { clearHistory, historySearches } from './history.server'
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
export const rowsIn = (sets: readonly RowSet[]): number => sets.reduce((sum, set) => sum + set.rows.counted, 0)

/** Columns that others refer to are rewritten at the very end, together with the references; keys address rows till then. */
function movesLast(model: Model, set: RowSet, change: ColumnChange): boolean {
  const isKey = modelTable(model, set.table).resolved.key.some((column) => column.name === change.column)
  return movesKey(change) && (isKey || referrersOf(model, set.table, change.column).length > 0)
}

/**
 * Carries out (part of) a plan inside an open transaction: constants and cuts, rewriting, deletion with children before
 * parents, key columns with their references, log tables last. The rehearsal and the run both come here. `checkKey`: the key
 * of the checks, which the rehearsal has no use for.
 */
export async function carryOut(
  executor: Executor,
  context: RewriteContext,
  plan: {
    sets: readonly RowSet[]
    cuts: readonly StoredCut[]
    circles?: ReadonlyMap<string, readonly List<RowKey>[]>
    keptLogs?: readonly RowSet[]
  },
  checkKey: Uint8Array | null = null,
): Promise<CarriedOut> {
  const { model } = context
  const now = plan.sets.filter((set) => !goesLast(model, set))
  if (executor.engine === 'postgres') await executor.run(keyword('SET CONSTRAINTS ALL DEFERRED'))
  const rewritten = now.filter((set) => set.action === 'pseudonymise')
  const searches = await historySearches(executor, model, plan.sets)
  for (const set of plan.sets.filter((each) => Object.keys(each.set).length > 0 && !rewritten.includes(each)))
    await setConstants(executor, modelTable(model, set.table), set.rows.keys, set.set)
  for (const cut of plan.cuts) await cutReferences(executor, model, cut)
  await inOrder(
    executor,
    rewritten.map((set) => () => {
      const columns = set.columns.filter((change) => !(change.column in set.set) && !movesLast(model, set, change))
      return rewriteRows(executor, context, set.table, set.rows.keys, columns, set.set)
    }),
  )
  let deleted = await deleteSets(executor, model, now, plan.circles)
  const checks = checkKey
    ? await inOrder(
        executor,
        rewritten.map((set) => () => checkOf(executor, { model, key: checkKey }, set)),
      )
    : []
  for (const set of rewritten)
    for (const change of set.columns.filter((each) => movesLast(model, set, each)))
      await rewriteReferredColumn(executor, context, set.table, set.rows.keys, change)
  deleted += await workLogs(executor, context, plan.sets)
  const all = [...plan.sets, ...(plan.keptLogs ?? [])]
  await clearHistory(executor, model, searches, all, (table, keys) => deleteRows(executor, model, table, keys))
  if (executor.engine === 'postgres') await executor.run(keyword('SET CONSTRAINTS ALL IMMEDIATE'))
  return { deleted, pseudonymised: rowsIn(rewritten), checks }
}

async function deleteSets(
  executor: Executor,
  model: Model,
  sets: readonly RowSet[],
  circles?: ReadonlyMap<string, readonly List<RowKey>[]>,
): Promise<number> {
  const going = goingRows(sets)
  const { order, circular } = deleteOrder(model, [...going.keys()])
  const broken = circles ?? new Map(order.map((table) => [table, going.get(table) ?? []]))
  const among = circles ? new Set([...circles.keys(), ...circular]) : circular
  for (const [table, lists] of broken) for (const keys of lists) await breakCircles(executor, model, table, keys, among)
  for (const table of order) for (const keys of going.get(table) ?? []) await deleteRows(executor, model, table, keys)
  return rowsIn(sets.filter((set) => set.action === 'delete'))
}

/** Log rows go last: they hold the old values. Gives how many were deleted. */
async function workLogs(executor: Executor, context: RewriteContext, sets: readonly RowSet[]): Promise<number> {
  const { model } = context
  let gone = 0
  for (const set of sets.filter((each) => changes(each) && goesLast(model, each))) {
    if (set.action === 'delete') {
      await deleteRows(executor, model, set.table, set.rows.keys)
      gone += rowsIn([set])
    }
    if (set.action === 'pseudonymise') await rewriteRows(executor, context, set.table, set.rows.keys, set.columns)
  }
  return gone
}

/** What the rewritten columns of a set hold now. Columns whose values move last are not part of it. */
export async function checkOf(
  executor: Executor,
  context: { readonly model: Model; readonly key: Uint8Array },
  set: RowSet,
): Promise<string> {
  const of = modelTable(context.model, set.table)
  const names = set.columns
    .filter((change) => change.with.kind !== 'keep' && !movesLast(context.model, set, change))
    .map((change) => change.column)
  const columns = of.touched.filter((column) => names.includes(column.name))
  if (columns.length === 0 || set.columns.some((change) => of.resolved.key.some((key) => key.name === change.column)))
    return ''
  const rows = await readColumns(executor, of.resolved, set.rows.keys, columns)
  const lines = rows.map((row) => JSON.stringify([row.key, columns.map((column) => row.values[column.name] ?? null)]))
  const hmac = createHmac('sha256', context.key)
  for (const line of lines.sort()) hmac.update(line).update('\n')
  return hmac.digest('hex')
}
