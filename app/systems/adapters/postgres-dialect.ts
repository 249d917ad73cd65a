import type { CatalogueColumn, ColumnFamily } from '../catalogue'
import type { Dialect, KeyColumn } from './adapter'
import { hmacPads } from './hmac-pads'
import { allOf, anyOf, identifier, join, keyword, sql, writeSql, type Sql } from './sql'

/** What `String.prototype.trim` strips, so that both sides trim alike. */
export const WHITE_SPACE =
  ' \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'

const NUMBERS: ReadonlySet<ColumnFamily> = new Set(['integer', 'decimal', 'float'])

/** The type to cast a parameter to: without a length, which a cast would silently cut to. */
function castType(column: CatalogueColumn): Sql {
  if (column.family === 'text' || column.family === 'other' || column.family === 'decimal') {
    if (/^character varying/.test(column.type)) return keyword('text')
    if (/^character\(/.test(column.type)) return keyword('bpchar')
    if (/^numeric/.test(column.type)) return keyword('numeric')
  }
  return keyword(column.type)
}

/** A PostgreSQL array literal of texts. */
export function arrayLiteral(values: readonly (string | null)[]): string {
  return `{${values.map((v) => (v === null ? 'NULL' : `"${v.replace(/[\\"]/g, '\\$&')}"`)).join(',')}}`
}

function travelled(value: string, column: CatalogueColumn): string {
  return column.family === 'binary' ? `\\x${value}` : value
}

function arrays(columns: readonly KeyColumn[], keys: readonly (readonly string[])[]): Sql[] {
  return columns.map(({ column }, i) => {
    const literal = arrayLiteral(keys.map((key) => travelled(key[i] ?? '', column)))
    return sql`${literal}::${castType(column)}[]`
  })
}

function oneKey(columns: readonly KeyColumn[], key: readonly string[]): Sql[] {
  return columns.map(({ column, expression }, i) => {
    const value = travelled(key[i] ?? '', column)
    return sql`(${expression} = ${value}::text::${castType(column)})`
  })
}

const row = (columns: readonly KeyColumn[]) => sql`(${join(columns.map((c) => c.expression))})`

/** True where `=` may hold for two texts that differ in more than nothing: a collation of the column's own. */
const ownCollation = (column: CatalogueColumn) =>
  column.collation !== null && !/^(C|POSIX|default)$/.test(column.collation)

export const postgresDialect: Dialect = {
  engine: 'postgres',
  keysPerStatement: 10_000,
  unites: true,
  write: (statement) =>
    writeSql(
      statement,
      (name) => `"${name.replaceAll('"', '""')}"`,
      (position) => `$${position}`,
    ),
  table: (table) =>
    table.hasHeirs && table.kind !== 'partitioned'
      ? sql`ONLY ${identifier(table.schema, table.name)}`
      : identifier(table.schema, table.name),
  asText: (expression, column) =>
    column.family === 'binary' ? sql`encode(${expression}, 'hex')` : sql`${expression}::text`,
  asColumn: (value, column) =>
    sql`${value === null ? null : travelled(value, column)}::text::${column.family === 'text' ? castType(column) : keyword(column.type)}`,
  sha256: (text) => sql`encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`,
  hmac: (text, key) => {
    const { inner, outer } = hmacPads(key)
    return sql`encode(sha256(decode(${outer}::text, 'hex') || sha256(decode(${inner}::text, 'hex') || convert_to(${text}, 'UTF8'))), 'hex')`
  },
  lower: (text) => sql`lower(${text})`,
  trim: (text) => sql`btrim(${text}, ${WHITE_SPACE}::text)`,
  digits: (text) => sql`regexp_replace(${text}, '[^0-9]', '', 'g')`,
  concat: (parts) => sql`(${join(parts, ' || ')})`,
  same: (a, b) => sql`(${a} IS NOT DISTINCT FROM ${b})`,
  inKeys: (columns, keys) => {
    const [first] = columns
    if (!first || keys.length === 0) return anyOf([])
    // One key is compared with itself: the plan for it is made once and kept.
    const [only] = keys
    if (only && keys.length === 1) return allOf(oneKey(columns, only))
    const values = arrays(columns, keys)
    if (columns.length === 1) return sql`${first.expression} = ANY(${join(values)})`
    return sql`${row(columns)} IN (SELECT * FROM unnest(${join(values)}))`
  },
  notInKeys: (columns, keys) => {
    if (keys.length === 0 || columns.length === 0) return allOf([])
    const [only] = keys
    if (only && keys.length === 1) return sql`NOT ${allOf(oneKey(columns, only))}`
    const left = columns.length === 1 ? (columns[0]?.expression ?? row(columns)) : row(columns)
    return sql`${left} NOT IN (SELECT * FROM unnest(${join(arrays(columns, keys))}))`
  },
  equalColumns: (indexed, other) => {
    const [a, b] = [indexed.column.family, other.column.family]
    if (a === 'text' && b === 'text') {
      const differs = indexed.column.collation !== other.column.collation
      const collation = keyword(
        indexed.column.collation === null
          ? 'COLLATE "default"'
          : `COLLATE "${indexed.column.collation.replaceAll('"', '""')}"`,
      )
      const plain = sql`${indexed.expression} = ${differs ? sql`${other.expression} ${collation}` : other.expression}`
      if (!ownCollation(indexed.column)) return plain
      // A collation of its own may ignore accents; accents count.
      return sql`(${plain} AND lower(${indexed.expression}::text) COLLATE "C" = lower(${other.expression}::text) COLLATE "C")`
    }
    if (indexed.column.type === other.column.type || (NUMBERS.has(a) && NUMBERS.has(b))) {
      return sql`${indexed.expression} = ${other.expression}`
    }
    if (a === 'text' && b === 'uuid') return sql`lower(${indexed.expression}::text) = ${other.expression}::text`
    if (a === 'uuid' && b === 'text') return sql`${indexed.expression}::text = lower(${other.expression}::text)`
    if (a === 'text') return sql`${indexed.expression} = ${other.expression}::text`
    return sql`${indexed.expression}::text = ${other.expression}::text`
  },
  inTexts: ({ expression, column }, texts) =>
    sql`${expression} = ANY(${arrayLiteral([...texts])}::${column.type === 'citext' ? keyword('citext') : keyword('text')}[])`,
}
