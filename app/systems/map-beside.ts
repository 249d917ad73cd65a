import type { Catalogue } from './catalogue'
import { shapeOf } from './catalogue-shape'
import type { DataMap, EraseAction, Strategy } from './data-map'

/** A column as the database has it beside what the map says of it. `null`: the one or the other does not know it. */
export interface ColumnBeside {
  readonly name: string
  readonly type: string | null
  readonly category: string | null
  readonly with: string | null
}

export interface TableBeside {
  readonly id: string
  readonly inDatabase: boolean
  /** `none`: the map does not name it. */
  readonly inMap: 'personal' | 'not_personal' | 'none'
  readonly erase: EraseAction | null
  readonly rows: number | null
  readonly columns: readonly ColumnBeside[]
}

/** Table by table what the map says beside what the catalogue says; either may be absent. */
export function mapBeside(map: DataMap | null, catalogue: Catalogue | null): TableBeside[] {
  const shape = catalogue ? shapeOf(catalogue) : {}
  const rows = new Map(catalogue?.tables.map((table) => [table.id, table.rowEstimate]))
  const ids = new Set([...Object.keys(map?.tables ?? {}), ...Object.keys(shape)])
  return [...ids].map((id) => {
    const mapped = map?.tables[id]
    const has = shape[id]
    const names = new Set([...Object.keys(has ?? {}), ...Object.keys(mapped?.columns ?? {})])
    return {
      id,
      inDatabase: has !== undefined,
      inMap: mapped ? (mapped.personal ? 'personal' : 'not_personal') : 'none',
      erase: mapped?.erase ?? null,
      rows: rows.get(id) ?? null,
      columns: [...names].map((name) => ({
        name,
        type: has?.[name] ?? null,
        category: mapped?.columns[name]?.category ?? null,
        with: strategyText(mapped?.columns[name]?.with ?? null),
      })),
    }
  })
}

/** A strategy as the file writes it, on one line. */
function strategyText(strategy: Strategy | null): string | null {
  if (!strategy) return null
  switch (strategy.kind) {
    case 'fixed':
      return `fixed: ${String(strategy.value)}`
    case 'generalise':
      return `generalise: ${String(strategy.to)}`
    case 'truncate':
      return `truncate: ${String(strategy.length)}`
    case 'json':
      return `json: ${strategy.paths.map((each) => each.path).join(', ')}`
    default:
      return strategy.kind
  }
}
