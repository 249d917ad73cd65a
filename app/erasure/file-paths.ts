import type { Row } from '~/systems/adapters/adapter'
import { columnsInPath, fillPath } from '~/systems/file-path'
import { modelTable, type Model } from './model'
import type { RowSet } from './row-sets'

/** Longer than any file system's path; what a row holds is text of somebody else. */
const LONGEST = 4_096

/**
 * The files on disk to which a row refers that is deleted, or loses what its column says (datamap.md `files`): the path with
 * the row's own values, and the name that the column holds where the path does not say it. `values`: what the row held when
 * the plan was made.
 */
export function filesOf(model: Model, set: Pick<RowSet, 'table' | 'action' | 'columns'>, values: Row): string[] {
  const { files } = modelTable(model, set.table).map
  return files.filter(({ column }) => loses(set, column)).flatMap((file) => fileOf(file, values) ?? [])
}

const loses = (set: Pick<RowSet, 'action' | 'columns'>, column: string): boolean =>
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
