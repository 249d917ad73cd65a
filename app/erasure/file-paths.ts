import type { Row } from '~/systems/adapters/adapter'
import { columnsInPath, fillPath } from '~/systems/file-path'
import type { RowKey } from '~/systems/located'
import { modelTable, type Model } from './model'
import type { RowSet } from './row-sets'

/** Longer than any file system's path; what a row holds is text of somebody else. */
const LONGEST = 4_096

/**
 * The files on disk to which the rows of a plan refer that are deleted, or lose what their column says (datamap.md `files`):
 * the path with the row's own values, and the name that the column holds where the path does not say it. Each file once, in
 * the order of the plan. `values`: what a row held when the plan was made.
 */
export function filesOf(model: Model, sets: readonly RowSet[], values: (table: string, key: RowKey) => Row): string[] {
  const found = new Set<string>()
  for (const set of sets) {
    const going = modelTable(model, set.table).map.files.filter(({ column }) => loses(set, column))
    if (going.length === 0) continue
    for (const { key } of set.rows)
      for (const file of going) {
        const named = fileOf(file, values(set.table, key))
        if (named) found.add(named)
      }
  }
  return [...found]
}

const loses = (set: RowSet, column: string): boolean =>
  set.action === 'delete' ||
  (set.action === 'pseudonymise' && set.columns.some((each) => each.column === column && each.with.kind !== 'keep'))

/** Null: the row names no file. */
function fileOf({ column, path }: { column: string; path: string }, row: Row): string | null {
  const name = asLine(row[column])
  if (!name) return null
  const filled = fillPath(path, (place) => asLine(row[place]))
  return (columnsInPath(path).includes(column) ? filled : `${filled} (${name})`).slice(0, LONGEST)
}

/** One line without control characters: it is read by a person, who may copy it. */
const asLine = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
    ? String(value)
        .replace(/\p{Cc}+/gu, ' ')
        .trim()
    : ''
