import type { Executor } from '~/systems/adapters/adapter'
import { identifier, keyword, sql } from '~/systems/adapters/sql'
import { columnOf } from '~/systems/catalogue'
import type { List } from '~/systems/list'
import type { RowKey } from '~/systems/located'
import { addressOf, portions, tableAs } from '~/systems/locate/rows'
import { circularColumns } from './known-columns'
import { catalogueTable, modelTable, type Model } from './model'
import type { StoredCut } from './row-sets'
import { updateRows } from './rewrite.server'

/** Deletes these rows, in portions; gives the number of rows that went. */
export async function deleteRows(executor: Executor, model: Model, table: string, keys: List<RowKey>): Promise<number> {
  const { dialect } = executor
  const { resolved } = modelTable(model, table)
  const address = addressOf(dialect, resolved, 't')
  const which = executor.engine === 'mysql' ? identifier('t') : keyword('')
  let gone = 0
  for (const portion of portions(keys, dialect.keysPerStatement))
    gone += await executor.run(
      sql`DELETE ${which} FROM ${tableAs(dialect, resolved, 't')} WHERE ${address.within(portion)}`,
    )
  return gone
}

/** Empties the references among rows that all go and refer to each other in a circle, where NULL is allowed. */
export async function breakCircles(
  executor: Executor,
  model: Model,
  table: string,
  keys: List<RowKey>,
  circular: ReadonlySet<string>,
): Promise<void> {
  const of = modelTable(model, table)
  if (!circular.has(table) || of.resolved.key.length === 0) return
  const free = circularColumns(model, table, circular).flatMap((name) => columnOf(of.table, name) ?? [])
  await updateRows(
    executor,
    of,
    keys,
    free.map((column) => ({ column, expression: keyword('NULL') })),
  )
}

/** Empties references of rows that stay to rows that go. Gives the number of rows met. */
export async function cutReferences(executor: Executor, model: Model, cut: StoredCut): Promise<number> {
  if (cut.byEngine) return 0
  const { dialect } = executor
  const table = catalogueTable(model, cut.table)
  const mapped = model.tables.get(cut.table)
  if (!table) return 0
  const columns = cut.columns.flatMap((name) => columnOf(table, name) ?? []).filter((column) => column.nullable)
  const keys = cut.rows.flatMap((row) => (row.key ? [row.key] : []))
  const assignments = columns.map((column) => ({ column, expression: keyword('NULL') }))
  if (mapped) return updateRows(executor, mapped, keys, assignments)
  const key = (table.primaryKey ?? []).flatMap((name) => columnOf(table, name) ?? [])
  const address = key.map((column) => ({ column, expression: identifier('t', column.name) }))
  let met = 0
  for (const portion of portions(keys, dialect.keysPerStatement))
    for (const { column, expression } of assignments)
      met += await executor.run(
        sql`UPDATE ${dialect.table(table)} ${identifier('t')} SET ${identifier(column.name)} = ${expression} WHERE ${dialect.inKeys(address, portion)}`,
      )
  return met
}
