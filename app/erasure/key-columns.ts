import type { CatalogueColumn } from '~/systems/catalogue'
import { columnOf } from '~/systems/catalogue'
import type { ResolvedCondition } from '~/systems/resolved-map'
import { catalogueTable, type Model } from './model'
import type { ColumnChange, Decision } from './plan'

/** A column that refers to a column which a plan gives another value. */
export interface Referrer {
  readonly table: string
  readonly column: CatalogueColumn
  readonly where: readonly ResolvedCondition[]
  /** The engine rewrites it by itself (ON UPDATE CASCADE). */
  readonly byEngine: boolean
  readonly foreignKey: boolean
}

/** Who refers to this column, by links of the map and by foreign keys of the catalogue; each column once. */
export function referrersOf(model: Model, table: string, column: string): Referrer[] {
  const found = new Map<string, Referrer>()
  const onto = model.resolved.tables.get(table)?.catalogue
  for (const key of model.resolved.foreignKeysOnto.get(table) ?? []) {
    const at = key.referencedColumns.indexOf(column)
    const from = catalogueTable(model, key.table)
    const name = key.columns[at]
    const own = from && name ? columnOf(from, name) : undefined
    if (own && onto)
      found.set(`${key.table} ${own.name}`, {
        table: key.table,
        column: own,
        where: [],
        byEngine: key.onUpdate === 'cascade',
        foreignKey: true,
      })
  }
  for (const each of model.resolved.tables.values())
    for (const link of [...each.links, ...each.linksTo, ...each.refersTo])
      for (const pair of link.pairs) {
        const id = `${each.id} ${pair.column.name}`
        // Over a value link it is the other side that refers, and that column is no copy of this one's meaning.
        if (link.other !== table || pair.other.name !== column || link.direction === 'value' || found.has(id)) continue
        found.set(id, { table: each.id, column: pair.column, where: link.where, byEngine: false, foreignKey: false })
      }
  return [...found.values()]
}

/** True when the strategy gives a column another value that references have to follow. */
export function movesKey(change: ColumnChange): boolean {
  return change.with.kind === 'pseudonym'
}

/** Per table the columns that follow a rewritten column of another row. */
export function columnsReferringToRewritten(
  model: Model,
  rows: readonly Pick<Decision, 'table' | 'columns'>[],
): Map<string, Set<string>> {
  const seen = new Set<string>()
  const referring = new Map<string, Set<string>>()
  for (const row of rows)
    for (const change of row.columns) {
      const id = `${row.table} ${change.column}`
      if (seen.has(id) || !movesKey(change)) continue
      seen.add(id)
      for (const { table, column } of referrersOf(model, row.table, change.column))
        referring.set(table, (referring.get(table) ?? new Set<string>()).add(column.name))
    }
  return referring
}
