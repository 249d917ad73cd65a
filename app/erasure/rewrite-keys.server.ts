import type { Executor } from '~/systems/adapters/adapter'
import { identifier, join, keyword, sql, type Sql } from '~/systems/adapters/sql'
import { columnOf, type CatalogueColumn } from '~/systems/catalogue'
import type { List } from '~/systems/list'
import type { RowKey } from '~/systems/located'
import { addressOf, conditionsSql, portions, readColumns, tableAs } from '~/systems/locate/rows'
import { catalogueTable, modelTable } from './model'
import { referrersOf, type Referrer } from './key-columns'
import type { ColumnChange } from './plan'
import type { RewriteContext } from './rewrite.server'
import { compileStrategy } from './strategies/compile'

/**
 * Gives a column that others refer to its pseudonym, and the references the same, in one statement where the engine can:
 * foreign keys are then checked at its end. MySQL checks row by row, so its checks rest meanwhile; equal values get equal
 * pseudonyms, and so nothing dangles afterwards.
 */
export async function rewriteReferredColumn(
  executor: Executor,
  context: RewriteContext,
  table: string,
  keys: List<RowKey>,
  change: ColumnChange,
): Promise<void> {
  const of = modelTable(context.model, table)
  const column = columnOf(of.table, change.column)
  if (!column || keys.length === 0) return
  const { dialect } = executor
  const compiled = compileStrategy(change.with, column, { dialect, table: of.table, key: context.key, rowKey: [] })
  if (compiled.how !== 'sql') return
  const address = addressOf(dialect, of.resolved, 't')
  const referrers = referrersOf(context.model, table, change.column).filter((referrer) => !referrer.byEngine)
  for (const portion of portions(keys, dialect.keysPerStatement)) {
    const olds = (await readColumns(executor, of.resolved, portion, [column])).flatMap(
      (row) => row.values[column.name] ?? [],
    )
    const follow = referrers.flatMap((referrer) => followStatement(executor, context, referrer, column, change, olds))
    const own = sql`UPDATE ${tableAs(dialect, of.resolved, 't')} SET ${identifier(column.name)} = ${compiled.expression} WHERE ${address.within(portion)}`
    if (executor.engine === 'postgres' && follow.length > 0) {
      const parts = follow.map((statement, i) => sql`${identifier(`follow${String(i)}`)} AS (${statement})`)
      await executor.run(sql`WITH ${join(parts)} ${own}`)
      continue
    }
    const rests = executor.engine === 'mysql' && referrers.some((referrer) => referrer.foreignKey)
    if (rests) await executor.run(keyword('SET foreign_key_checks = 0'))
    try {
      for (const statement of follow) await executor.run(statement)
      await executor.run(own)
    } finally {
      if (rests) await executor.run(keyword('SET foreign_key_checks = 1'))
    }
  }
}

function followStatement(
  { dialect }: Executor,
  context: RewriteContext,
  referrer: Referrer,
  onto: CatalogueColumn,
  change: ColumnChange,
  olds: readonly string[],
): Sql[] {
  const table = catalogueTable(context.model, referrer.table)
  const mapped = context.model.resolved.tables.get(referrer.table)
  if (!table || olds.length === 0) return []
  // The shape is that of the column referred to, or the two would no longer be equal.
  const shaped = { ...onto, name: referrer.column.name }
  const shape = { ...table, primaryKey: null, uniqueKeys: [] }
  const compiled = compileStrategy(change.with, shaped, { dialect, table: shape, key: context.key, rowKey: [] })
  if (compiled.how !== 'sql') return []
  const within = dialect.inKeys(
    [{ column: referrer.column, expression: identifier('t', referrer.column.name) }],
    olds.map((old) => [old]),
  )
  const where = mapped
    ? conditionsSql(
        dialect,
        referrer.where.filter((each) => each.side === 'this'),
        { this: 't', other: 't' },
      )
    : keyword('1 = 1')
  return [
    sql`UPDATE ${dialect.table(table)} ${identifier('t')} SET ${identifier(referrer.column.name)} = ${compiled.expression} WHERE ${within} AND ${where}`,
  ]
}
