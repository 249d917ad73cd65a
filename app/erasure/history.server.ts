import type { Executor, Row } from '~/systems/adapters/adapter'
import { sql } from '~/systems/adapters/sql'
import { encodeKey, type RowKey } from '~/systems/located'
import { addressOf, columnIn, conditionsSql, keyFrom, portions, selected, tableAs } from '~/systems/locate/rows'
import { modelTable, type Model } from './model'
import type { RowSet } from './row-sets'

/** Values of the person's rows by which history tables refer to them, per history table and link. */
export interface HistorySearch {
  readonly table: string
  readonly linkIndex: number
  readonly values: readonly RowKey[]
}

/**
 * Where to look for log rows of the rows that a plan changes. The link's values are kept, since the rows themselves may be
 * gone when the log is looked at again.
 */
export function historySearches(
  model: Model,
  sets: readonly RowSet[],
  values: (table: string, key: RowKey) => Row,
): HistorySearch[] {
  const searches: HistorySearch[] = []
  for (const of of model.tables.values()) {
    if (!of.map.history || of.map.erase === 'keep') continue
    for (const link of of.resolved.links) {
      const found = new Map<string, RowKey>()
      for (const set of sets) {
        if (set.table !== link.other || set.action === 'keep' || set.partly || set.reason === 'shared') continue
        for (const row of set.rows) {
          const present = values(set.table, row.key)
          const parts = link.pairs.map((pair) => present[pair.other.name] ?? null)
          const whole = parts.filter((part) => part !== null)
          if (whole.length === parts.length) found.set(encodeKey(whole), whole)
        }
      }
      if (found.size > 0) searches.push({ table: of.id, linkIndex: link.index, values: [...found.values()] })
    }
  }
  return searches
}

/** Log rows that stand there now, per table; rows that a plan keeps (`kept`) are left out. */
export async function historyRows(
  executor: Executor,
  model: Model,
  searches: readonly HistorySearch[],
  kept: ReadonlySet<string>,
): Promise<Map<string, RowKey[]>> {
  const { dialect } = executor
  const found = new Map<string, Map<string, RowKey>>()
  for (const search of searches) {
    const { resolved } = modelTable(model, search.table)
    const link = resolved.links.find((each) => each.index === search.linkIndex)
    if (!link) continue
    const address = addressOf(dialect, resolved, 't')
    const columns = link.pairs.map((pair) => ({ column: pair.column, expression: columnIn('t', pair.column) }))
    const where = conditionsSql(
      dialect,
      link.where.filter((each) => each.side === 'this'),
      { this: 't', other: 't' },
    )
    const ofTable = found.get(search.table) ?? new Map<string, RowKey>()
    for (const portion of portions(search.values, dialect.keysPerStatement)) {
      const rows = await executor.query(
        sql`SELECT ${selected('k', address.texts)} FROM ${tableAs(dialect, resolved, 't')} WHERE ${dialect.inKeys(columns, portion)} AND ${where}`,
      )
      for (const row of rows) {
        const key = keyFrom(row, 'k', address.texts.length)
        if (!kept.has(`${search.table}\u0000${encodeKey(key)}`)) ofTable.set(encodeKey(key), key)
      }
    }
    found.set(search.table, ofTable)
  }
  return new Map([...found].map(([table, keys]) => [table, [...keys.values()]]))
}
