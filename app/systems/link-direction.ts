import type { CatalogueColumn, CatalogueTable } from './catalogue'

type Pairs = readonly { readonly column: CatalogueColumn; readonly other: CatalogueColumn }[]

/**
 * Whether the rows of `table` refer to `other` (child) or are referred to by it (value): a foreign key decides; else it is a
 * child link if the other's columns are its primary key; else a value link if this table's columns are a key; else a child
 * link (datamap.md, "Direction of a link").
 */
export function directionOf(table: CatalogueTable, other: CatalogueTable, pairs: Pairs): 'child' | 'value' {
  const here = pairs.map((p) => p.column.name)
  const there = pairs.map((p) => p.other.name)
  if (hasForeignKey(table, here, other, there)) return 'child'
  if (hasForeignKey(other, there, table, here)) return 'value'
  if (other.primaryKey && sameSet(other.primaryKey, there)) return 'child'
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniqueKeys.map((key) => key.columns)]
  return keys.some((key) => sameSet(key, here)) ? 'value' : 'child'
}

/** A foreign key over exactly these columns, pair by pair. */
export function hasForeignKey(
  from: CatalogueTable,
  columns: readonly string[],
  to: CatalogueTable,
  referenced: readonly string[],
): boolean {
  return from.foreignKeys.some(
    (key) =>
      key.referencedTable === to.id &&
      key.columns.length <= columns.length &&
      key.columns.every((name, i) => {
        const at = columns.findIndex((c, j) => c === name && referenced[j] === key.referencedColumns[i])
        return at >= 0
      }),
  )
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name))
}
