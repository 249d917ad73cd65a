import { SystemError, type Executor, type Row } from '../adapters/adapter'
import { identifier, keyword, sql, type Sql } from '../adapters/sql'
import type { CatalogueColumn, CatalogueTable } from '../catalogue'
import { columnIn, selected, tableAs } from '../locate/rows'
import { unmappedTable } from '../locate/referrers'
import type { Meaning } from './column-names'
import { words } from './guess-column'

const SAMPLE = 60

/** Shapes that give a value away. BSN by the elfproef, IBAN by its check digits (ISO 13616). */
export function shapeOf(text: string): Meaning | null {
  const value = text.trim()
  if (/^[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}$/i.test(value)) return 'email'
  if (isIban(value)) return 'iban'
  if (isBsn(value)) return 'national_number'
  if (/^(\+|00)\d[\d\s().-]{7,17}$|^0[1-9][\d\s-]{7,12}$/.test(value) && value.replace(/\D/g, '').length >= 9)
    return 'phone'
  if (/^[1-9]\d{3}\s?[A-Z]{2}$/.test(value)) return 'postcode'
  return null
}

function isIban(value: string): boolean {
  const plain = value.replace(/\s/g, '').toUpperCase()
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(plain)) return false
  const digits = (plain.slice(4) + plain.slice(0, 4)).replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  let rest = 0
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97
  return rest === 1
}

function isBsn(value: string): boolean {
  if (!/^\d{9}$/.test(value) || /^0{9}$/.test(value)) return false
  const sum = [...value].reduce((total, digit, i) => total + Number(digit) * (i === 8 ? -1 : 9 - i), 0)
  return sum % 11 === 0
}

/** What the values of text columns look like: column -> meaning, where most of a sample agree. Nothing is stored. */
export async function sampledMeanings(
  executor: Executor,
  table: CatalogueTable,
  columns: CatalogueTable['columns'],
): Promise<ReadonlyMap<string, readonly Meaning[]>> {
  const { dialect } = executor
  if (columns.length === 0) return new Map()
  const resolved = unmappedTable(table)
  const texts = columns.map((column) => dialect.asText(columnIn('t', column), column))
  const rows = await readable(
    executor,
    sql`SELECT ${selected('c', texts)} FROM ${tableAs(dialect, resolved, 't')} LIMIT ${keyword(String(SAMPLE))}`,
  )
  const meanings = new Map<string, readonly Meaning[]>()
  const isMixed = holdsWaysToReach(table)
  columns.forEach((column, i) => {
    const values = rows.flatMap((row) => (row[`c${i}`]?.trim() ? [row[`c${i}`] ?? ''] : []))
    const shapes = values.flatMap((value) => [...new Set(leaves(value).map(shapeOf))])
    const share = (shape: Meaning) => shapes.filter((s) => s === shape).length / values.length
    const enough = (shape: Meaning) =>
      shape === 'national_number' ? 0.9 : isMixed && (shape === 'email' || shape === 'phone') ? 0.1 : 0.6
    const found = [...new Set(shapes)].filter((shape) => shape !== null && share(shape) >= enough(shape))
    const told = found.flatMap((shape) => shape ?? []).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
    if (values.length >= 2 && told.length > 0) meanings.set(column.name, told)
  })
  return meanings
}

const ORDER: readonly Meaning[] = ['email', 'phone']

/** One column for addresses, numbers and names on social media, beside one that says which: `contact_fields`. */
function holdsWaysToReach(table: CatalogueTable): boolean {
  const has = (pattern: RegExp) => table.columns.some((column) => pattern.test(words(column.name)))
  return (
    table.columns.length <= 14 &&
    (/contact_?(field|detail|info|point|method|mechanism|data)|communication|telecom/i.test(table.name) ||
      (/contact/i.test(table.name) &&
        has(/^(contact_?)?(value|contact|waarde|wert|valeur)$/) &&
        has(/(^|_)(type|kind|class|soort|art|medium)(_id)?$/)))
  )
}

/** The texts in a value: itself, or those of a JSON list or object. */
function leaves(value: string): string[] {
  if (!/^\s*[[{]/.test(value)) return [value]
  const texts: string[] = []
  const visit = (part: unknown): void => {
    if (typeof part === 'string') texts.push(part)
    else if (typeof part === 'object' && part !== null)
      for (const [key, inner] of Object.entries(part)) {
        if (!Array.isArray(part) && key.includes('@')) texts.push(key)
        visit(inner)
      }
  }
  try {
    visit(JSON.parse(value))
  } catch {
    return [value]
  }
  return texts
}

/** A table that the role may not read, or that is broken, gives no sample; the draft goes by its names then. */
async function readable(executor: Executor, statement: Sql): Promise<readonly Row[]> {
  try {
    return await executor.query(statement)
  } catch (error) {
    if (error instanceof SystemError && ['permission', 'other', 'data', 'missing', 'timeout'].includes(error.kind))
      return []
    throw error
  }
}

/** The different values of a column, the commonest first. */
export async function occurringValues(executor: Executor, table: CatalogueTable, name: string): Promise<string[]> {
  const { dialect } = executor
  const column = table.columns.find((c) => c.name === name)
  if (!column) return []
  const rows = await readable(
    executor,
    sql`SELECT ${selected('c', [dialect.asText(columnIn('t', column), column)])} FROM ${tableAs(dialect, unmappedTable(table), 't')}
      WHERE ${columnIn('t', column)} IS NOT NULL GROUP BY ${columnIn('t', column)} ORDER BY COUNT(*) DESC, ${columnIn('t', column)} LIMIT ${keyword(String(SAMPLE))}`,
  )
  return rows.flatMap((row) => (row.c0 ? [row.c0] : []))
}

/** The different pairs of values of two text columns, as far as neither is empty. */
export async function occurringPairs(
  executor: Executor,
  table: CatalogueTable,
  one: CatalogueColumn,
  other: CatalogueColumn,
): Promise<(readonly [string, string])[]> {
  const { dialect } = executor
  const texts = [one, other].map((column) => dialect.asText(columnIn('t', column), column))
  const rows = await readable(
    executor,
    sql`SELECT DISTINCT ${selected('c', texts)} FROM ${tableAs(dialect, unmappedTable(table), 't')} LIMIT ${keyword(String(COMPARED))}`,
  )
  return rows.flatMap((row) => (row.c0 && row.c1 ? [[row.c0, row.c1] as const] : []))
}

/** Whether a value of the column stands in two of the first rows. */
export async function holdsTwice(executor: Executor, table: CatalogueTable, column: CatalogueColumn): Promise<boolean> {
  const { dialect } = executor
  const [row] = await readable(
    executor,
    sql`SELECT d.v AS ${identifier('c0')} FROM (SELECT ${dialect.asText(columnIn('t', column), column)} AS v
      FROM ${tableAs(dialect, unmappedTable(table), 't')} WHERE ${columnIn('t', column)} IS NOT NULL LIMIT ${keyword(String(COMPARED))}) d
      WHERE d.v <> '' GROUP BY d.v HAVING COUNT(*) > 1 LIMIT 1`,
  )
  return row !== undefined
}

/** A value of a row and a value of the row that it would refer to, of some rows that have both. */
export async function joinedPairs(
  executor: Executor,
  from: { readonly table: CatalogueTable; readonly column: CatalogueColumn; readonly value: CatalogueColumn },
  to: { readonly table: CatalogueTable; readonly column: CatalogueColumn; readonly value: CatalogueColumn },
): Promise<(readonly [string, string])[]> {
  const { dialect } = executor
  const reference = { expression: columnIn('t', from.column), column: from.column }
  const key = { expression: columnIn('o', to.column), column: to.column }
  const texts = [
    dialect.asText(columnIn('t', from.value), from.value),
    dialect.asText(columnIn('o', to.value), to.value),
  ]
  const rows = await readable(
    executor,
    sql`SELECT ${selected('c', texts)} FROM ${tableAs(dialect, unmappedTable(from.table), 't')}
      JOIN ${tableAs(dialect, unmappedTable(to.table), 'o')} ON ${dialect.equalColumns(key, reference)} LIMIT ${keyword(String(SAMPLE))}`,
  )
  return rows.flatMap((row) => (row.c0 && row.c1 ? [[row.c0, row.c1] as const] : []))
}

/** Of how many rows, at the most, a column is held against the key that its name speaks of. */
const COMPARED = 2_000

/**
 * False where the values of a column mostly are no keys of the table that its name speaks of: it must mean another. True
 * where there are too few values to tell (fewer different ones than `atLeast`; zero and empty text mean none).
 */
export async function mayReferTo(
  executor: Executor,
  from: {
    readonly table: CatalogueTable
    readonly column: CatalogueColumn
    /** Of the rows with this value in that column alone. */
    readonly only?: { readonly column: CatalogueColumn; readonly value: string }
  },
  to: { readonly table: CatalogueTable; readonly column: CatalogueColumn },
  atLeast: number,
): Promise<boolean> {
  const { dialect } = executor
  const value = { expression: columnIn('s', from.column), column: from.column }
  const key = { expression: columnIn('o', to.column), column: to.column }
  const { only } = from
  const among = only
    ? sql` AND ${dialect.inTexts({ expression: columnIn('t', only.column), column: only.column }, [only.value])}`
    : keyword('')
  const some = sql`SELECT ${columnIn('t', from.column)} FROM ${tableAs(dialect, unmappedTable(from.table), 't')}
    WHERE ${columnIn('t', from.column)} IS NOT NULL${among} LIMIT ${keyword(String(COMPARED))}`
  const [row] = await readable(
    executor,
    sql`SELECT COUNT(*) AS ${identifier('c0')}, SUM(d.found) AS ${identifier('c1')} FROM (
      SELECT DISTINCT ${dialect.asText(value.expression, from.column)} AS v, CASE WHEN EXISTS (
        SELECT 1 FROM ${tableAs(dialect, unmappedTable(to.table), 'o')} WHERE ${dialect.equalColumns(key, value)}
      ) THEN 1 ELSE 0 END AS found FROM (${some}) s) d WHERE d.v NOT IN ('0', '')`,
  )
  const [different, found] = [Number(row?.c0 ?? 0), Number(row?.c1 ?? 0)]
  return different < atLeast || found / different >= 0.5
}
