import type { Executor } from '../adapters/adapter'
import { sql } from '../adapters/sql'
import type { RowKey } from '../located'
import { resolvedTable, type ResolvedMap } from '../resolved-map'
import { onlyPersons } from './find-subjects'
import { addressOf, keyFrom, pairsSql, portions, selected, tableAs } from './rows'

/** Rows that the map's `same_person` ties to the person's own (`own`, by table id), from either side of the link. */
export async function samePersonRows(
  executor: Executor,
  resolved: ResolvedMap,
  own: ReadonlyMap<string, readonly RowKey[]>,
): Promise<{ table: string; keys: RowKey[] }[]> {
  const { dialect } = executor
  const tied: { table: string; keys: RowKey[] }[] = []
  for (const table of resolved.tables.values()) {
    for (const link of table.samePerson) {
      const other = resolvedTable(resolved, link.other)
      for (const [from, to, alias] of [[table, other, 'o'] as const, [other, table, 't'] as const]) {
        const address = addressOf(dialect, to, alias)
        const start = addressOf(dialect, from, alias === 'o' ? 't' : 'o')
        for (const portion of portions(own.get(from.id) ?? [], dialect.keysPerStatement)) {
          const rows = await executor.query(
            sql`SELECT ${selected('k', address.texts)} FROM ${tableAs(dialect, table, 't')} JOIN ${tableAs(dialect, other, 'o')}
              ON ${pairsSql(dialect, link.pairs, 't', 'o')} WHERE ${start.within(portion)}`,
          )
          const reached = rows.map((row) => keyFrom(row, 'k', address.texts.length))
          tied.push({ table: to.id, keys: await onlyPersons(executor, to, reached) })
        }
      }
    }
  }
  return tied
}
