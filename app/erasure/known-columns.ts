import { deleteOrder, emptiable } from './delete-order'
import { columnsReferringToRewritten } from './key-columns'
import { boundColumns, modelTable, type Model } from './model'
import type { Decision, PlannedCut } from './plan'

type Planned = {
  readonly sets: readonly Pick<Decision, 'table' | 'action' | 'columns'>[]
  readonly cuts: readonly Pick<PlannedCut, 'table' | 'columns'>[]
}

/**
 * By which columns a row is known again while its plan is half carried out: not by those that other rows of the plan move
 * (references to a key that was rewritten, links that were cut, circles that were broken).
 */
export function knownColumns(model: Model, planned: Planned): (table: string) => string[] {
  const moved = new Map<string, Set<string>>(columnsReferringToRewritten(model, planned.sets))
  const add = (table: string, columns: readonly string[]) => {
    const of = moved.get(table) ?? new Set<string>()
    for (const column of columns) of.add(column)
    moved.set(table, of)
  }
  for (const cut of planned.cuts) add(cut.table, cut.columns)
  const going = [...new Set(planned.sets.filter((set) => set.action === 'delete').map((set) => set.table))]
  const { circular } = deleteOrder(model, going)
  for (const table of circular) add(table, circularColumns(model, table, circular))
  return (table) => {
    const names = boundColumns(modelTable(model, table))
    const away = moved.get(table)
    return away ? names.filter((name) => !away.has(name)) : names
  }
}

/** Columns by which rows of a table in a circle refer to others of it, and that can be emptied to break it. */
export function circularColumns(model: Model, table: string, circular: ReadonlySet<string>): string[] {
  return modelTable(model, table)
    .table.foreignKeys.filter((key) => circular.has(key.referencedTable))
    .flatMap((key) => emptiable(model, key))
}
