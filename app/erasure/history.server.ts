import type { Executor } from '~/systems/adapters/adapter'
import { sql } from '~/systems/adapters/sql'
import { KeysByTable, KeyStore } from '~/systems/key-store'
import { listOf, type List } from '~/systems/list'
import type { RowKey } from '~/systems/located'
import {
  addressOf,
  columnIn,
  conditionsSql,
  eachRow,
  eachWithin,
  keyFrom,
  selected,
  tableAs,
} from '~/systems/locate/rows'
import type { ResolvedLink } from '~/systems/resolved-map'
import { meets } from './conditions'
import { modelTable, type Model } from './model'
import type { RowSet } from './row-sets'

/** Values of the person's rows by which a history table refers to them over one of its links. */
interface HistorySearch {
  readonly table: string
  readonly link: ResolvedLink
  readonly values: KeyStore
}

/**
 * Where to look for log rows of the rows that a plan changes. The link's values are kept, since the rows themselves may be
 * gone when the log is looked at again. Without an executor only by what the rows' keys tell: the rows are gone already.
 */
export async function historySearches(
  executor: Executor | null,
  model: Model,
  sets: readonly RowSet[],
): Promise<HistorySearch[]> {
  const searches: HistorySearch[] = []
  for (const of of model.tables.values()) {
    // Logs that stay are rewritten with their row, and hold nothing to look for.
    if (!of.map.history || of.map.erase !== 'delete') continue
    for (const link of of.resolved.links) {
      const values = new KeyStore()
      for (const set of sets)
        if (set.table === link.other && set.action !== 'keep' && !set.partly && set.reason !== 'shared')
          await noteValues(executor, model, link, set.rows.keys, values)
      if (values.size > 0) searches.push({ table: of.id, link, values })
    }
  }
  return searches
}

async function noteValues(
  executor: Executor | null,
  model: Model,
  link: ResolvedLink,
  keys: List<RowKey>,
  values: KeyStore,
): Promise<void> {
  const { resolved } = modelTable(model, link.other)
  const columns = link.pairs.map((pair) => pair.other)
  const places = columns.map((column) => resolved.key.findIndex((each) => each.name === column.name))
  // What the link says of the row that the log is about can't be told any more when the row is gone.
  const conditions = link.where.filter((condition) => condition.side === 'other')
  if (conditions.length === 0 && places.every((place) => place >= 0)) {
    for (const key of keys) values.add(places.map((place) => key[place] ?? ''))
    return
  }
  if (!executor) return
  const read = [...columns, ...conditions.map((condition) => condition.column)]
  await eachRow(executor, resolved, keys, read, (_key, present) => {
    if (!conditions.every(({ column, test }) => meets(test, present?.[column.name] ?? null))) return
    const whole = columns.flatMap((column) => present?.[column.name] ?? [])
    if (whole.length === columns.length) values.add(whole)
  })
}

/** Removes the log rows that stand there now, triggers' included; rows that a plan keeps are left. */
export async function clearHistory(
  executor: Executor,
  model: Model,
  searches: readonly HistorySearch[],
  sets: readonly RowSet[],
  remove: (table: string, keys: List<RowKey>) => Promise<unknown>,
): Promise<void> {
  if (searches.length === 0) return
  const kept = new KeysByTable()
  for (const set of sets)
    if (set.action === 'keep' && modelTable(model, set.table).map.history)
      for (const key of set.rows.keys) kept.add(set.table, key)
  const found = new KeysByTable()
  const { dialect } = executor
  for (const { table, link, values } of searches) {
    const { resolved } = modelTable(model, table)
    const address = addressOf(dialect, resolved, 't')
    const columns = link.pairs.map((pair) => ({ column: pair.column, expression: columnIn('t', pair.column) }))
    const where = conditionsSql(
      dialect,
      link.where.filter((each) => each.side === 'this'),
      { this: 't', other: 't' },
    )
    await eachWithin(
      executor,
      columns,
      listOf(values.size, (place) => values.at(place)),
      (within) =>
        sql`SELECT ${selected('k', address.texts)} FROM ${tableAs(dialect, resolved, 't')} WHERE ${within} AND ${where}`,
      (row) => {
        const key = keyFrom(row, 'k', address.texts.length)
        if (!kept.has(table, key)) found.add(table, key)
      },
    )
  }
  for (const [table, keys] of found.tables())
    await remove(
      table,
      listOf(keys.size, (place) => keys.at(place)),
    )
}
