import type { Executor } from '../adapters/adapter'
import { anyOf, join, parameter, sql, type Sql } from '../adapters/sql'
import type { CatalogueColumn } from '../catalogue'
import type { RowKey } from '../located'
import { normaliseIdentifier, phoneSpellings, textSpellings } from '../normalise-identifier'
import type { ResolvedTable } from '../resolved-map'
import { addressOf, asColumnText, columnIn, keyFrom, selected, tableAs } from './rows'

/** Below this many rows a whole table is read: it finds every spelling there is. */
const SMALL = 20_000

/** How a column can be looked up by a normalised text: through an index as it is, through one on lower(), or not. */
export function indexSupport(table: ResolvedTable, column: CatalogueColumn): 'plain' | 'lower' | 'none' {
  const { indexes } = table.catalogue
  const lower = new RegExp(`^lower\\(\\(?"?${column.name.replace(/[^\w]/g, '\\$&')}"?\\)?(::text)?\\)$`)
  if (indexes.some((index) => !index.partial && index.columns[0] === null && lower.test(index.expressions[0] ?? ''))) {
    return 'lower'
  }
  return indexes.some(
    (index) => !index.partial && index.columns[0] === column.name && /^(btree|hash)$/.test(index.method),
  )
    ? 'plain'
    : 'none'
}

/** True where `=` already ignores capitals. */
export function ignoresCase(column: CatalogueColumn): boolean {
  return column.type === 'citext' || /_ci$/.test(column.collation ?? '')
}

/**
 * Rows of a table in which one of the columns holds one of these identifiers. The engine gives candidates (by index where
 * it can); each is compared again here, byte by byte in its normal form.
 */
export async function rowsWith(
  executor: Executor,
  table: ResolvedTable,
  column: CatalogueColumn,
  kind: string,
  normal: readonly string[],
  phoneCountry: string,
): Promise<RowKey[]> {
  const condition = anyOf(normal.map((value) => candidateSql(executor, table, column, kind, value)))
  const { dialect } = executor
  const address = addressOf(dialect, table, 't')
  const text = dialect.asText(columnIn('t', column), column)
  const rows = await executor.query(
    sql`SELECT ${join([selected('k', address.texts), selected('c', [text])])}
      FROM ${tableAs(dialect, table, 't')} WHERE ${condition}`,
  )
  return rows
    .filter((row) =>
      textsIn(row.c0 ?? '', column).some((t) => normal.includes(normaliseIdentifier(kind, t, phoneCountry) ?? '\0')),
    )
    .map((row) => keyFrom(row, 'k', address.texts.length))
}

function candidateSql(
  executor: Executor,
  table: ResolvedTable,
  column: CatalogueColumn,
  kind: string,
  normal: string,
): Sql {
  const { dialect } = executor
  const expression = columnIn('t', column)
  const text = dialect.asText(expression, column)
  const large = table.catalogue.rowEstimate > SMALL
  if (column.family === 'array' || column.family === 'json') {
    return sql`${dialect.lower(text)} LIKE ${`%${likeText(kind === 'phone' ? normal.slice(-4) : normal)}%`}`
  }
  if (kind === 'phone') {
    if (large && column.family === 'text' && indexSupport(table, column) === 'plain') {
      return dialect.inTexts({ column, expression }, phoneSpellings(normal))
    }
    return sql`${dialect.digits(text)} LIKE ${`%${nationalTail(normal)}`}`
  }
  if (column.family !== 'text') {
    const value = asColumnText(normal, column)
    return value === undefined ? anyOf([]) : sql`${expression} = ${dialect.asColumn(value, column)}`
  }
  const spelled = textSpellings(normal)
  const support = large ? indexSupport(table, column) : 'none'
  if (kind !== 'email') {
    if (support === 'plain') return dialect.inTexts({ column, expression }, spelled)
    return anyOf([...forms(normal)].map((form) => sql`${dialect.trim(text)} = ${form}`))
  }
  if (support === 'lower') return inList(dialect.lower(expression), spelled)
  if (support === 'plain' && ignoresCase(column)) return dialect.inTexts({ column, expression }, spelled)
  return inList(dialect.lower(dialect.trim(text)), [...forms(normal)])
}

function inList(expression: Sql, texts: readonly string[]): Sql {
  return sql`${expression} IN (${join(texts.map((t) => parameter(t)))})`
}

function forms(normal: string): Set<string> {
  return new Set(textSpellings(normal).filter((text) => text.trim() === text))
}

/** The last digits of a number: every way of writing it ends in these. */
function nationalTail(e164: string): string {
  return e164.replace(/\D/g, '').slice(-8)
}

/** `%`, `_` and the escape itself stand for themselves. */
export function likeText(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

/** The texts that a value holds: itself, or the elements of a list. */
function textsIn(value: string, column: CatalogueColumn): string[] {
  if (column.family === 'json') return jsonTexts(value)
  if (column.family !== 'array') return [value]
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"|([^{},"]+)/g)].map((m) => (m[1] ?? m[2] ?? '').replace(/\\(.)/g, '$1'))
}

function jsonTexts(value: string): string[] {
  const texts: string[] = []
  const visit = (part: unknown): void => {
    if (typeof part === 'string') texts.push(part)
    else if (typeof part === 'object' && part !== null) Object.values(part).forEach(visit)
  }
  try {
    visit(JSON.parse(value))
  } catch {
    return [value]
  }
  return texts
}
