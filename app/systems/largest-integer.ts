import type { CatalogueColumn } from './catalogue'

/** The largest whole number that the column surely holds (2^53 - 1 at the most, so that every client reads it exactly). */
export function largestInteger(column: CatalogueColumn): number {
  if (column.family === 'decimal') return 10 ** Math.min(15, (column.precision ?? 15) - (column.scale ?? 0)) - 1
  if (/^(smallint|int2|smallserial)/i.test(column.type)) return 32_767
  if (/^tinyint/i.test(column.type)) return 127
  if (/^mediumint/i.test(column.type)) return 8_388_607
  if (/^bigint|^int8|^bigserial/i.test(column.type)) return Number.MAX_SAFE_INTEGER
  return 2_147_483_647
}
