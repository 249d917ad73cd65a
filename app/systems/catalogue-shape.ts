import { createHash } from 'node:crypto'
import type { Catalogue, CatalogueTable } from './catalogue'

/** The tables of a database that a data map speaks of, each with its columns and their types. */
export type CatalogueShape = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What came and what went between two shapes: `table`, or `table.column` (with its type, where only that changed). */
export interface Drift {
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** Partitions come and go by themselves; views, tables of extensions and our own receipts are no part of a map. */
function isMapped(table: CatalogueTable): boolean {
  const isTable = table.kind === 'table' || table.kind === 'partitioned'
  return isTable && table.ofExtension === null && table.name !== 'privacybalie_receipt'
}

export function shapeOf(catalogue: Catalogue): Record<string, Record<string, string>> {
  const tables = catalogue.tables.filter(isMapped).map((table) => {
    const columns = [...table.columns].sort((a, b) => (a.name < b.name ? -1 : 1))
    return [table.id, Object.fromEntries(columns.map((column) => [column.name, column.type]))] as const
  })
  return Object.fromEntries(tables.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** One hash over tables, columns and types: another one means that the database changed. */
export function fingerprintOf(shape: CatalogueShape): string {
  const lines = Object.entries(shape).map(([table, columns]) => JSON.stringify([table, Object.entries(columns).sort()]))
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex')
}

/** What changed from the one to the other; two empty lists when nothing did. */
export function driftBetween(before: CatalogueShape, after: CatalogueShape): Drift {
  const added: string[] = []
  const removed: string[] = []
  for (const table of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, present] = [before[table], after[table]]
    if (!old) added.push(table)
    else if (!present) removed.push(table)
    else
      for (const column of new Set([...Object.keys(old), ...Object.keys(present)])) {
        const [was, is] = [old[column], present[column]]
        if (was === is) continue
        const name = `${table}.${column}`
        if (is !== undefined) added.push(was === undefined ? name : `${name} (${is})`)
        if (was !== undefined) removed.push(is === undefined ? name : `${name} (${was})`)
      }
  }
  return { added: added.sort(), removed: removed.sort() }
}
