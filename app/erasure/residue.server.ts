import { SystemError, type Executor } from '~/systems/adapters/adapter'
import { anyOf, identifier, join, keyword, sql, type Sql } from '~/systems/adapters/sql'
import { columnOf, rowKeyColumns, type CatalogueColumn, type CatalogueTable } from '~/systems/catalogue'
import type { RowKey } from '~/systems/located'
import type { OpenSystem } from '~/systems/registry.server'
import type { MayStay } from './kept-places.server'
import type { PlanSearch } from './plan-store.server'
import { receiptTable } from './receipt.server'
import { tracePattern, type Traces } from './redact'

export interface Residue {
  /** Columns looked at. */
  readonly searched: number
  readonly findings: readonly { table: string; column: string; rows: number; keys: readonly RowKey[] }[]
  /** Values that hold the full name and no identifier; a count only. */
  readonly nameHits: number
  /** `table.column`, or a table, that can't be searched. */
  readonly notSearched: readonly string[]
}

const SEARCHED = new Set(['text', 'json', 'array', 'tsvector'])
const UNSEARCHABLE = new Set(['binary', 'other'])
/** Of one finding so many row keys are kept; the count is whole. */
const KEYS_KEPT = 1_000

/**
 * Searches the text, JSON, array and search-vector columns of a connected database, mapped or not, for what identifies the
 * person (datamap.md "Residue"): candidates in the engine, one pass a table, each looked at again word by word. What
 * `mayStay` names is no finding.
 */
export async function scanResidue(
  executor: Executor,
  { system, mayStay, search, traces }: { system: OpenSystem; mayStay: MayStay; search: PlanSearch; traces: Traces },
): Promise<Residue> {
  const needles = needlesOf(traces)
  const pattern = tracePattern({ ...traces, identifiers: needles.identifiers, names: [] })
  const names = tracePattern({ identifiers: [], phones: [], names: needles.names })
  const result = {
    searched: 0,
    findings: [] as Residue['findings'][number][],
    nameHits: 0,
    notSearched: [] as string[],
  }
  for (const table of system.catalogue.tables) {
    if (!isSearchable(table)) continue
    const columns = table.columns.filter((column) => SEARCHED.has(column.family))
    for (const column of table.columns)
      if (UNSEARCHABLE.has(column.family)) result.notSearched.push(`${table.id}.${column.name}`)
    if (columns.length === 0) continue
    const skip = new Set(search.subjects.length > 0 ? identifierColumns(system, table.id) : [])
    try {
      const found = new Map<string, { rows: number; keys: RowKey[] }>()
      for await (const { key, column, text } of candidates(executor, table, columns, needles)) {
        if (mayStay(table.id, key, column.name) || skip.has(column.name)) continue
        const folded = text.normalize('NFD')
        if (pattern && folded.search(pattern) >= 0) {
          const entry = found.get(column.name) ?? { rows: 0, keys: [] }
          entry.rows++
          if (entry.keys.length < KEYS_KEPT) entry.keys.push(key)
          found.set(column.name, entry)
        } else if (names && folded.search(names) >= 0) result.nameHits++
      }
      result.searched += columns.length
      for (const [column, entry] of found) result.findings.push({ table: table.id, column, ...entry })
    } catch (error) {
      if (!(error instanceof SystemError) || error.kind !== 'permission') throw error
      result.notSearched.push(table.id)
    }
  }
  return result
}

function isSearchable(table: CatalogueTable): boolean {
  return (
    (table.kind === 'table' || table.kind === 'partitioned') &&
    table.ofExtension === null &&
    table.name !== receiptTable
  )
}

interface Needles {
  readonly identifiers: readonly string[]
  readonly phones: readonly string[]
  readonly names: readonly string[]
}

/** What is long enough to mean somebody: two or three characters stand everywhere. */
function needlesOf(traces: Traces): Needles {
  const national = (phone: string) =>
    phone
      .replace(/[^0-9]/g, '')
      .replace(/^(?:00)?31/, '')
      .replace(/^0/, '')
  return {
    identifiers: [...new Set(traces.identifiers.filter((each) => each.length >= 4).map((each) => each.toLowerCase()))],
    phones: [...new Set(traces.phones.map(national).filter((each) => each.length >= 8))],
    names: [...new Set(traces.names.filter((each) => /\s/.test(each)).map((each) => each.toLowerCase()))],
  }
}

function identifierColumns(system: OpenSystem, table: string): string[] {
  const paths = [...(system.map.tables.get(table)?.subject?.identifiers.values() ?? [])].flat()
  return paths.filter((path) => path.steps.length === 0).map((path) => path.column.name)
}

async function* candidates(
  executor: Executor,
  table: CatalogueTable,
  columns: readonly CatalogueColumn[],
  needles: Needles,
): AsyncGenerator<{ key: RowKey; column: CatalogueColumn; text: string }> {
  const { dialect } = executor
  const key = (rowKeyColumns(table) ?? []).flatMap((name) => columnOf(table, name) ?? [])
  const texts = columns.map((column) => dialect.asText(identifier('t', column.name), column))
  const whole = sql`LOWER(concat_ws(' ', ${join(texts)}))`
  const holds = (where: Sql, needle: string) =>
    executor.engine === 'postgres' ? sql`strpos(${where}, ${needle}::text) > 0` : sql`LOCATE(${needle}, ${where}) > 0`
  const digits = sql`regexp_replace(${whole}, '[ ()./-]', ''${keyword(executor.engine === 'postgres' ? ", 'g'" : '')})`
  const conditions = [
    ...[...needles.identifiers, ...needles.names].map((needle) => holds(whole, needle)),
    ...needles.phones.map((needle) => holds(digits, needle)),
  ]
  if (conditions.length === 0) return
  const list = [
    ...key.map(
      (column, i) => sql`${dialect.asText(identifier('t', column.name), column)} AS ${identifier(`k${String(i)}`)}`,
    ),
    ...texts.map((text, i) => sql`${text} AS ${identifier(`c${String(i)}`)}`),
  ]
  const statement = sql`SELECT ${join(list)} FROM ${dialect.table(table)} ${identifier('t')} WHERE ${anyOf(conditions)}`
  for await (const rows of executor.stream(statement, 500))
    for (const row of rows)
      for (const [i, column] of columns.entries()) {
        const text = row[`c${String(i)}`]
        if (text) yield { key: key.map((_, k) => row[`k${String(k)}`] ?? ''), column, text }
      }
}
