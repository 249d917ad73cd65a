import type { Executor, Row } from '~/systems/adapters/adapter'
import { identifier, join, sql, type Sql } from '~/systems/adapters/sql'
import { columnOf, type CatalogueColumn } from '~/systems/catalogue'
import type { List } from '~/systems/list'
import { encodeKey, type RowKey } from '~/systems/located'
import { addressOf, portions, readColumns, tableAs } from '~/systems/locate/rows'
import { rewriteByRow } from './by-row'
import { modelTable, type Model, type ModelTable } from './model'
import type { ColumnChange } from './plan'
import { phoneDigits, tracePattern, type Traces } from './trace-pattern'
import type { RowSet } from './row-sets'
import { compileStrategy } from './strategies/compile'

export interface RewriteContext {
  readonly model: Model
  /** Pseudonym key of the run, 32 bytes. */
  readonly key: Uint8Array
  readonly traces: Traces
}

/** Rows that are rewritten one by one are read so many at a time: a text may be long. */
const READ_AT_ONCE = 500

/** `UPDATE` of these rows, in portions; gives the number of rows it met. */
export async function updateRows(
  executor: Executor,
  of: ModelTable,
  keys: List<RowKey>,
  assignments: readonly { column: CatalogueColumn; expression: Sql }[],
): Promise<number> {
  if (assignments.length === 0 || keys.length === 0) return 0
  const { dialect } = executor
  const address = addressOf(dialect, of.resolved, 't')
  const list = join(assignments.map(({ column, expression }) => sql`${identifier(column.name)} = ${expression}`))
  let met = 0
  for (const portion of portions(keys, dialect.keysPerStatement))
    met += await executor.run(
      sql`UPDATE ${tableAs(dialect, of.resolved, 't')} SET ${list} WHERE ${address.within(portion)}`,
    )
  return met
}

/** Sets constants (`while_kept`, detached links) on the rows of a set. */
export function setConstants(
  executor: Executor,
  of: ModelTable,
  keys: List<RowKey>,
  constants: RowSet['set'],
): Promise<number> {
  const assignments = Object.entries(constants).flatMap(([name, value]) => {
    const column = columnOf(of.table, name)
    return column
      ? [{ column, expression: executor.dialect.asColumn(value === null ? null : String(value), column) }]
      : []
  })
  return updateRows(executor, of, keys, assignments)
}

/**
 * Rewrites these rows: first constants and what needs the person (row by row), then everything that is one expression, then
 * columns that are built from the rewritten ones. `columns`: the changes to make now (key columns come later).
 */
export async function rewriteRows(
  executor: Executor,
  context: RewriteContext,
  table: string,
  keys: List<RowKey>,
  columns: readonly ColumnChange[],
  constants: RowSet['set'] = {},
): Promise<void> {
  const of = modelTable(context.model, table)
  const compiled = columns.flatMap((change) => {
    const column = columnOf(of.table, change.column)
    if (!column || change.with.kind === 'keep') return []
    const compile = {
      dialect: executor.dialect,
      table: of.table,
      key: context.key,
      rowKey: of.resolved.key.map((c) => c.name),
    }
    return [{ change, column, compiled: compileStrategy(change.with, column, compile) }]
  })
  const byRow = compiled.filter((each) => each.compiled.how === 'by_row')
  const [early, late] = [byRow.filter((each) => !isDerived(each)), byRow.filter(isDerived)]
  const expressions = (how: 'sql' | 'after') =>
    compiled.flatMap(({ column, compiled: each }) =>
      each.how === how ? [{ column, expression: each.expression }] : [],
    )
  const atOnce = byRow.length > 0 ? READ_AT_ONCE : executor.dialect.keysPerStatement
  for (const portion of portions(keys, atOnce)) {
    // As they are before the first statement.
    const old = byRow.length > 0 ? await readColumns(executor, of.resolved, portion, of.touched) : []
    await setConstants(executor, of, portion, constants)
    await rewriteOneByOne(executor, context, of, old, early)
    await updateRows(executor, of, portion, expressions('sql'))
    await updateRows(executor, of, portion, expressions('after'))
    await rewriteOneByOne(executor, context, of, old, late)
  }
}

const isDerived = ({ change }: { change: ColumnChange }) => change.with.kind === 'derived'

async function rewriteOneByOne(
  executor: Executor,
  context: RewriteContext,
  of: ModelTable,
  rows: readonly { readonly key: RowKey; readonly values: Row }[],
  columns: readonly { change: ColumnChange; column: CatalogueColumn }[],
): Promise<void> {
  if (columns.length === 0) return
  const pattern = tracePattern(context.traces)
  const phones = context.traces.phones.flatMap((phone) => phoneDigits(phone)?.national ?? [])
  const now = new Map<string, Row>()
  if (columns.some(isDerived)) {
    const keys = rows.map((row) => row.key)
    for (const row of await readColumns(executor, of.resolved, keys, of.touched))
      now.set(encodeKey(row.key), row.values)
  }
  for (const { key, values: old } of rows) {
    const present = now.get(encodeKey(key))
    const replaced = present
      ? Object.entries(old).flatMap(([name, value]) =>
          value !== null && present[name] !== value ? [{ old: value, now: present[name] ?? null }] : [],
        )
      : []
    const assignments = columns.flatMap(({ change, column }) => {
      const before = old[column.name] ?? null
      const after = rewriteByRow(change.with, before, {
        pattern,
        key: context.key,
        replaced,
        array: column.family === 'array',
        vector: column.family === 'tsvector',
        phones,
      })
      return after === before ? [] : [{ column, expression: executor.dialect.asColumn(fitting(after, column), column) }]
    })
    await updateRows(executor, of, [key], assignments)
  }
}

/** A mark may be longer than what it stands for; what no longer fits is cut. */
function fitting(text: string | null, column: CatalogueColumn): string | null {
  return text !== null && column.family === 'text' && column.length !== null ? text.slice(0, column.length) : text
}
