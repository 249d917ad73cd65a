import type { CatalogueColumn, ColumnFamily } from '../catalogue'
import type { Dialect, KeyColumn } from './adapter'
import { hmacPads } from './hmac-pads'
import { WHITE_SPACE } from './postgres-dialect'
import { allOf, anyOf, identifier, join, keyword, sql, writeSql, type Sql } from './sql'

const NUMBERS: ReadonlySet<ColumnFamily> = new Set(['integer', 'decimal', 'float', 'boolean'])
const COLLATED: ReadonlySet<ColumnFamily> = new Set(['text', 'enum', 'json'])

/** Without the cast a number would be compared with a text as floating point, and '12abc' would equal 12. */
function typed(value: string | null, column: CatalogueColumn): Sql {
  switch (column.family) {
    case 'boolean':
      return sql`CAST(${value === 'true' ? '1' : value === 'false' ? '0' : value} AS SIGNED)`
    case 'integer':
      return /unsigned|^bit/.test(column.type) ? sql`CAST(${value} AS UNSIGNED)` : sql`CAST(${value} AS SIGNED)`
    case 'decimal':
      return sql`CAST(${value} AS ${keyword(`DECIMAL(${column.precision ?? 65},${column.scale ?? 10})`)})`
    case 'float':
      return sql`CAST(${value} AS DOUBLE)`
    case 'binary':
      return sql`UNHEX(${value})`
    default:
      return sql`${value}`
  }
}

const charset = (column: CatalogueColumn) => (column.collation ?? 'utf8mb4_general_ci').split('_')[0] ?? 'utf8mb4'
const unicode = (expression: Sql) => sql`CONVERT(${expression} USING utf8mb4)`
/** Case may be ignored by the column's collation, accents never. */
const folded = (expression: Sql) => sql`LOWER(${unicode(expression)}) COLLATE utf8mb4_bin`

function row(columns: readonly KeyColumn[]): Sql {
  const [first] = columns
  return columns.length === 1 && first ? first.expression : sql`(${join(columns.map((c) => c.expression))})`
}

/** The list filled up to a power of two with its last key, so that few different statements have to be prepared. */
function keyList(columns: readonly KeyColumn[], keys: readonly (readonly string[])[]): Sql {
  const size = 2 ** Math.ceil(Math.log2(keys.length))
  const filled = Array.from({ length: size }, (_, i) => keys[Math.min(i, keys.length - 1)] ?? [])
  return join(
    filled.map((key) => {
      const values = columns.map(({ column }, i) => typed(key[i] ?? '', column))
      return values.length === 1 ? join(values) : sql`(${join(values)})`
    }),
  )
}

function textsEqual(
  indexed: { expression: Sql; column: CatalogueColumn },
  other: { expression: Sql; column: CatalogueColumn },
): Sql {
  const [to, from] = [charset(indexed.column), charset(other.column)]
  const collation = keyword(`COLLATE ${indexed.column.collation ?? 'utf8mb4_general_ci'}`)
  if (indexed.column.collation === other.column.collation) return sql`${indexed.expression} = ${other.expression}`
  if (to === from) return sql`${indexed.expression} = ${other.expression} ${collation}`
  if (/^utf8/.test(to)) {
    return sql`${indexed.expression} = CONVERT(${other.expression} USING ${keyword(to)}) ${collation}`
  }
  return sql`${folded(indexed.expression)} = ${folded(other.expression)}`
}

const asUnicodeText = (expression: Sql, column: CatalogueColumn): Sql => {
  if (column.family === 'binary') return sql`LOWER(HEX(${expression}))`
  if (/^bit/.test(column.type)) return sql`CAST(${expression} + 0 AS CHAR)`
  return COLLATED.has(column.family) && column.collation !== null
    ? unicode(expression)
    : sql`CAST(${expression} AS CHAR CHARACTER SET utf8mb4)`
}

export const mysqlDialect: Dialect = {
  engine: 'mysql',
  keysPerStatement: 8_192,
  // Texts of several tables stand in several collations, which one column of a UNION may not hold.
  unites: false,
  write: (statement) =>
    writeSql(
      statement,
      (name) => `\`${name.replaceAll('`', '``')}\``,
      () => '?',
    ),
  table: (table) => identifier(table.schema, table.name),
  asText: asUnicodeText,
  asColumn: typed,
  sha256: (text) => sql`SHA2(CAST(${unicode(text)} AS BINARY), 256)`,
  hmac: (text, key) => {
    const { inner, outer } = hmacPads(key)
    return sql`SHA2(CONCAT(UNHEX(${outer}), UNHEX(SHA2(CONCAT(UNHEX(${inner}), CAST(${unicode(text)} AS BINARY)), 256))), 256)`
  },
  lower: (text) => sql`LOWER(${text})`,
  trim: (text) => sql`REGEXP_REPLACE(${text}, ${`^[${WHITE_SPACE}]+|[${WHITE_SPACE}]+$`}, '')`,
  digits: (text) => sql`REGEXP_REPLACE(${text}, '[^0-9]', '')`,
  concat: (parts) => sql`CONCAT(${join(parts)})`,
  same: (a, b) => sql`(${a} <=> ${b})`,
  inKeys: (columns, keys) =>
    keys.length === 0 || columns.length === 0 ? anyOf([]) : sql`${row(columns)} IN (${keyList(columns, keys)})`,
  notInKeys: (columns, keys) =>
    keys.length === 0 || columns.length === 0 ? allOf([]) : sql`${row(columns)} NOT IN (${keyList(columns, keys)})`,
  equalColumns: (indexed, other) => {
    const [a, b] = [indexed.column.family, other.column.family]
    if (COLLATED.has(a) && COLLATED.has(b)) {
      const plain = textsEqual(indexed, other)
      if (/_bin$/.test(indexed.column.collation ?? '')) return plain
      return sql`(${plain} AND ${folded(indexed.expression)} = ${folded(other.expression)})`
    }
    if (a === b || (NUMBERS.has(a) && NUMBERS.has(b))) return sql`${indexed.expression} = ${other.expression}`
    if (COLLATED.has(a)) {
      const text = asUnicodeText(other.expression, other.column)
      const to = charset(indexed.column)
      const collation = keyword(`COLLATE ${indexed.column.collation ?? 'utf8mb4_general_ci'}`)
      return sql`${indexed.expression} = CONVERT(${text} USING ${keyword(to)}) ${collation}`
    }
    return sql`${folded(asUnicodeText(indexed.expression, indexed.column))} = ${folded(asUnicodeText(other.expression, other.column))}`
  },
  inTexts: ({ column, expression }, texts) => {
    const own = charset(column)
    // What the column's character set can't hold becomes a question mark, and is refused when it is compared again.
    const value = (text: string) => (own === 'utf8mb4' ? sql`${text}` : sql`CONVERT(${text} USING ${keyword(own)})`)
    return sql`${expression} IN (${join(texts.map(value))})`
  },
}
