import type { Dialect, Executor, KeyColumn, Row } from '../adapters/adapter'
import { allOf, anyOf, identifier, join, keyword, sql, type Sql } from '../adapters/sql'
import type { CatalogueColumn } from '../catalogue'
import type { Scalar } from '../data-map'
import type { List } from '../list'
import { encodeKey, type RowKey } from '../located'
import type { ResolvedCondition, ResolvedLink, ResolvedTable } from '../resolved-map'

/** How the rows of one table, under an alias, are named and picked out in a statement. */
export interface RowAddress {
  /** The key as texts, one for each part. */
  readonly texts: readonly Sql[]
  readonly columns: readonly KeyColumn[]
  within(keys: readonly RowKey[]): Sql
  outside(keys: readonly RowKey[]): Sql
}

const DIGEST: CatalogueColumn = {
  name: '',
  type: 'text',
  family: 'text',
  elementFamily: null,
  length: null,
  precision: null,
  scale: null,
  nullable: false,
  default: null,
  generated: false,
  identity: false,
  collation: null,
  enumValues: [],
  ordinal: 0,
}

/** A column of an aliased table. */
export function columnIn(alias: string, column: CatalogueColumn): Sql {
  return identifier(alias, column.name)
}

/** SHA-256 over every column of a row: what addresses a row in a history table without a key. */
export function rowDigest(dialect: Dialect, table: ResolvedTable, alias: string): Sql {
  const parts = table.catalogue.columns.map((column) => {
    const text = dialect.asText(columnIn(alias, column), column)
    return sql`COALESCE(${dialect.concat([sql`CHAR_LENGTH(${text})`, keyword("':'"), text])}, 'n')`
  })
  return dialect.sha256(dialect.concat(parts))
}

/** The address of a table's rows: its key columns, or for a table without a key the digest of the whole row. */
export function addressOf(dialect: Dialect, table: ResolvedTable, alias: string): RowAddress {
  const columns: KeyColumn[] =
    table.key.length > 0
      ? table.key.map((column) => ({ column, expression: columnIn(alias, column) }))
      : [{ column: DIGEST, expression: rowDigest(dialect, table, alias) }]
  return {
    texts: columns.map(({ column, expression }) => dialect.asText(expression, column)),
    columns,
    within: (keys) => dialect.inKeys(columns, keys),
    outside: (keys) => dialect.notInKeys(columns, keys),
  }
}

/** `FROM` part: the table under an alias. */
export function tableAs(dialect: Dialect, table: ResolvedTable, alias: string): Sql {
  return sql`${dialect.table(table.catalogue)} ${identifier(alias)}`
}

/** Selected texts under numbered names (`a0`, `a1`, …). */
export function selected(prefix: string, texts: readonly Sql[]): Sql {
  return join(texts.map((text, i) => sql`${text} AS ${identifier(`${prefix}${i}`)}`))
}

/** Reads what `selected` wrote. Key parts are never NULL. */
export function keyFrom(row: Row, prefix: string, parts: number): RowKey {
  return Array.from({ length: parts }, (_, i) => row[`${prefix}${i}`] ?? '')
}

/** A value of the map as the column's type would write it; undefined when it can't be a value of that type. */
export function asColumnText(value: Scalar, column: CatalogueColumn): string | undefined {
  const text = String(value)
  switch (column.family) {
    case 'boolean':
      if (/^(true|t|1|yes)$/i.test(text)) return 'true'
      return /^(false|f|0|no)$/i.test(text) ? 'false' : /^\d+$/.test(text) ? text : undefined
    case 'integer':
      if (typeof value === 'boolean') return value ? '1' : '0'
      return /^-?\d+$/.test(text) ? text : undefined
    case 'decimal':
    case 'float':
      return /^-?\d+(\.\d+)?$/.test(text) ? text : undefined
    case 'uuid':
      return /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text) ? text : undefined
    case 'enum':
      return column.enumValues.includes(text) || /^set/.test(column.type) ? text : undefined
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined
    default:
      return text
  }
}

/** One condition of a `where`. A NULL in the column is only met by `null`. */
export function conditionSql(dialect: Dialect, condition: ResolvedCondition, alias: string): Sql {
  const { column, test } = condition
  const expression = columnIn(alias, column)
  if (test.kind === 'null') return sql`${expression} IS NULL`
  if (test.kind === 'not_null') return sql`${expression} IS NOT NULL`
  const texts = test.values.flatMap((value) => (value === null ? [] : (asColumnText(value, column) ?? [])))
  const values =
    texts.length === 0 ? [] : [sql`${expression} IN (${join(texts.map((t) => dialect.asColumn(t, column)))})`]
  return anyOf(test.values.includes(null) ? [...values, sql`${expression} IS NULL`] : values)
}

/** All conditions; `aliases` say under which alias each side stands. */
export function conditionsSql(
  dialect: Dialect,
  conditions: readonly ResolvedCondition[],
  aliases: { readonly this: string; readonly other: string },
): Sql {
  return allOf(conditions.map((condition) => conditionSql(dialect, condition, aliases[condition.side])))
}

/** The link's column pairs as a join condition between two aliases. */
export function pairsSql(dialect: Dialect, pairs: ResolvedLink['pairs'], own: string, other: string): Sql {
  return allOf(
    pairs.map((pair) =>
      dialect.equalColumns(
        { expression: columnIn(own, pair.column), column: pair.column },
        { expression: columnIn(other, pair.other), column: pair.other },
      ),
    ),
  )
}

/** Elements in portions that one statement can take; one portion is made at a time. */
export function* portions<T>(all: List<T>, size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield [...all.slice(at, at + size)]
}

/**
 * Runs a statement about rows with these keys, however many they are, and hands over each row of the answer as it comes.
 * `statement` is given the condition that the key columns are one of the keys.
 */
export async function eachWithin(
  executor: Executor,
  columns: readonly KeyColumn[],
  keys: List<RowKey>,
  statement: (within: Sql) => Sql,
  take: (row: Row) => void,
): Promise<void> {
  const { dialect } = executor
  for (const portion of portions(keys, dialect.keysPerStatement))
    await executor.each(statement(dialect.inKeys(columns, portion)), take)
}

/** Columns of one row as text, by name. */
export type Values = Readonly<Record<string, string | null>>

/**
 * Reads columns of these rows as text, portion by portion, and hands them over in the order of the keys; null for a row that
 * is not there.
 */
export async function eachRow(
  executor: Executor,
  table: ResolvedTable,
  keys: List<RowKey>,
  columns: readonly CatalogueColumn[],
  take: (key: RowKey, values: Values | null, index: number) => void,
): Promise<void> {
  const { dialect } = executor
  const address = addressOf(dialect, table, 't')
  const wanted = columns.map((column) => dialect.asText(columnIn('t', column), column))
  const list = join([selected('k', address.texts), ...(wanted.length > 0 ? [selected('c', wanted)] : [])])
  let index = 0
  for (const portion of portions(keys, dialect.keysPerStatement)) {
    const found = new Map<string, Values>()
    await executor.each(
      sql`SELECT ${list} FROM ${tableAs(dialect, table, 't')} WHERE ${address.within(portion)}`,
      (row) => {
        const values = Object.fromEntries(columns.map((column, i) => [column.name, row[`c${i}`] ?? null]))
        found.set(encodeKey(keyFrom(row, 'k', address.texts.length)), values)
      },
    )
    for (const key of portion) take(key, found.get(encodeKey(key)) ?? null, index++)
  }
}

/** The rows of `eachRow` that are there, all of them at once: for few. */
export async function readColumns(
  executor: Executor,
  table: ResolvedTable,
  keys: List<RowKey>,
  columns: readonly CatalogueColumn[],
): Promise<{ readonly key: RowKey; readonly values: Values }[]> {
  const found: { key: RowKey; values: Values }[] = []
  await eachRow(executor, table, keys, columns, (key, values) => {
    if (values) found.push({ key, values })
  })
  return found
}
