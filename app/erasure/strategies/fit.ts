import type { CatalogueColumn, CatalogueTable, ColumnFamily } from '~/systems/catalogue'
import type { Strategy } from '~/systems/data-map'
import { largestInteger } from '~/systems/largest-integer'

export type Misfit = 'generated' | 'type' | 'not_null' | 'unique' | 'length' | 'enum' | 'value'

const NUMBERS: readonly ColumnFamily[] = ['integer', 'decimal', 'float']
const DATES: readonly ColumnFamily[] = ['date', 'timestamp']
/** Families that have an empty value of their own where NULL is not allowed. */
const HAVE_EMPTY: readonly ColumnFamily[] = [
  'text',
  'integer',
  'decimal',
  'float',
  'boolean',
  'uuid',
  'json',
  'array',
  'tsvector',
  'binary',
]

/** Is the column alone a key (primary or unique)? */
export function isUniqueAlone(table: CatalogueTable, column: string): boolean {
  const keys = [table.primaryKey ?? [], ...table.uniqueKeys.map((key) => key.columns)]
  return keys.some((key) => key.length === 1 && key[0] === column)
}

/**
 * Does the strategy fit the column's type, its NOT NULL, UNIQUE, enum and length? What only the data or a CHECK can tell
 * is left to the rehearsal.
 */
export function fitStrategy(
  strategy: Strategy,
  column: CatalogueColumn,
  unique: boolean,
): { ok: true } | { ok: false; why: Misfit } {
  if (strategy.kind === 'keep') return { ok: true }
  const why = column.generated ? 'generated' : misfit(strategy, column, unique)
  return why ? { ok: false, why } : { ok: true }
}

function misfit(strategy: Strategy, column: CatalogueColumn, unique: boolean): Misfit | null {
  const { family } = column
  switch (strategy.kind) {
    case 'empty':
      if (column.nullable) return null
      if (!HAVE_EMPTY.includes(family)) return 'not_null'
      return unique ? 'unique' : null
    case 'pseudonym':
    case 'random': {
      const tiny = (column.length ?? 255) < 8
      if (family === 'text') return unique && tiny ? 'length' : null
      if (family === 'integer' || family === 'decimal')
        return unique && largestInteger(column) < 100_000 ? 'length' : null
      if (family === 'uuid') return null
      if (strategy.kind === 'random' && (family === 'date' || family === 'boolean')) return unique ? 'unique' : null
      return 'type'
    }
    case 'fixed':
      if (strategy.value === null) return column.nullable ? null : 'not_null'
      if (unique) return 'unique'
      if (family === 'enum' && column.enumValues.length > 0 && !column.enumValues.includes(String(strategy.value)))
        return 'enum'
      if (family === 'text' && column.length !== null && String(strategy.value).length > column.length) return 'length'
      if (NUMBERS.includes(family) && Number.isNaN(Number(strategy.value))) return 'value'
      return null
    case 'generalise':
      if (unique) return 'unique'
      if (typeof strategy.to === 'number') return NUMBERS.includes(family) ? null : 'type'
      return DATES.includes(family) || family === 'text' ? null : 'type'
    case 'truncate':
      if (unique) return 'unique'
      return family === 'text' ? null : 'type'
    case 'redact':
      return ['text', 'json', 'tsvector'].includes(family) ? null : 'type'
    case 'redact_list':
      return family === 'text' || family === 'json' || (family === 'array' && column.elementFamily === 'text')
        ? null
        : 'type'
    case 'json':
      return family === 'json' || family === 'text' ? null : 'type'
    case 'keep':
      return null
    case 'derived':
      if (family === 'text') return null
      return column.nullable || HAVE_EMPTY.includes(family) ? null : 'not_null'
  }
}
