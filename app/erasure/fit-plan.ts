import { columnOf } from '~/systems/catalogue'
import { modelTable, type Model } from './model'
import type { Obstacle } from './plan'
import { changes, type RowSet } from './row-sets'
import { fitStrategy, isUniqueAlone } from './strategies/fit'

/** What of a plan the catalogue already forbids: strategies that do not fit, rows without an address. */
export function checkFit(model: Model, sets: readonly RowSet[]): Obstacle[] {
  const obstacles = new Map<string, Obstacle>()
  for (const set of sets.filter(changes)) {
    const of = modelTable(model, set.table)
    if (of.resolved.key.length === 0 && !of.map.history)
      obstacles.set(set.table, { kind: 'no_key', table: set.table, column: null, detail: null })
    for (const change of set.columns) {
      const column = columnOf(of.table, change.column)
      const fit = column
        ? fitStrategy(change.with, column, isUniqueAlone(of.table, column.name))
        : { ok: true as const }
      if (!fit.ok)
        obstacles.set(`${set.table} ${change.column}`, {
          kind: 'strategy_does_not_fit',
          table: set.table,
          column: change.column,
          detail: fit.why,
        })
    }
  }
  return [...obstacles.values()]
}
