import type { Executor } from '~/systems/adapters/adapter'
import { allOf, anyOf, identifier, join, keyword, sql, type Sql } from '~/systems/adapters/sql'
import { type CatalogueColumn } from '~/systems/catalogue'
import { addressOf, keyFrom, selected } from '~/systems/locate/rows'
import type { RowKey } from '~/systems/located'
import type { ResolvedTable } from '~/systems/resolved-map'
import { candidateCondition, wholeText } from './condition'
import type { Needles } from './needles'
import { overTable } from './ranges.server'
import { lookAtText, type LookedAtText } from './recogniser'

/** Rows that are fetched at once; texts may be long. */
const PORTION = 50

export interface Candidate {
  readonly key: RowKey
  readonly column: CatalogueColumn
  readonly text: LookedAtText
}

/**
 * Finds every text of a table that may hold traces of any of the persons, in one pass, and hands what `judge` makes of it to
 * `keep`, stretch by stretch. Throws `SystemError`.
 */
export async function scanTable<Hit>(
  executor: Executor,
  order: {
    table: ResolvedTable
    version: string
    columns: readonly CatalogueColumn[]
    needles: readonly Needles[]
  },
  judge: (candidate: Candidate) => readonly Hit[],
  /** `again`: rows that were written meanwhile, some of which were kept before. */
  keep: (hits: readonly Hit[], again: boolean) => void,
): Promise<void> {
  const { table, version, columns, needles } = order
  const { engine, dialect } = executor
  const vectors = columns.some((column) => column.family === 'tsvector')
  const condition = candidateCondition(engine, needles, vectors)
  if (!condition) return
  const statement = (range: Sql | null) => {
    const where = range ?? allOf([])
    const address = addressOf(dialect, table, 't')
    const texts = (alias: string) => columns.map((column) => dialect.asText(identifier(alias, column.name), column))
    const list = join([selected('k', address.texts), selected('c', texts('t'))])
    const from = dialect.table(table.catalogue)
    if (engine === 'mysql')
      return sql`SELECT ${list} FROM ${from} t WHERE ${where} AND ${anyOf(wholeText(engine, texts('t')).map(condition))}`
    // OFFSET 0 keeps the planner from writing the whole text anew for each look at it.
    const [whole = sql`''`] = wholeText(engine, texts('t'))
    const names = new Set([
      ...(table.key.length > 0 ? table.key : table.catalogue.columns).map((column) => column.name),
      ...columns.map((column) => column.name),
    ])
    const raw = join([...names].map((name) => identifier('t', name)))
    return sql`SELECT ${list} FROM (SELECT ${raw}, ${whole} AS ${identifier(WHOLE)} FROM ${from} t WHERE ${where} OFFSET 0) t WHERE ${condition(identifier('t', WHOLE))}`
  }
  await overTable(executor, { table: table.catalogue, version, key: table.key }, async (range, again) => {
    const hits: Hit[] = []
    for await (const rows of executor.stream(statement(range), PORTION))
      for (const row of rows)
        for (const [i, column] of columns.entries()) {
          const text = row[`c${String(i)}`]
          if (!text) continue
          const key = keyFrom(row, 'k', Math.max(1, table.key.length))
          for (const hit of judge({ key, column, text: lookAtText(text, column.family === 'tsvector') })) hits.push(hit)
        }
    keep(hits, again)
  })
}

const WHOLE = 'privacybalie_whole_text'

/** Texts that say nothing to a search, since they are encoded whole: session data, mail parts, serialised blobs. */
export async function encodedColumns(
  executor: Executor,
  table: ResolvedTable,
  columns: readonly CatalogueColumn[],
): Promise<string[]> {
  const long = columns.filter((column) => column.family === 'text' && (column.length === null || column.length >= 200))
  if (long.length === 0) return []
  const { dialect } = executor
  const texts = long.map((column) => sql`LEFT(${dialect.asText(identifier('t', column.name), column)}, 400)`)
  const rows = await executor.query(
    sql`SELECT ${selected('c', texts)} FROM ${dialect.table(table.catalogue)} t LIMIT ${keyword('20')}`,
  )
  return long.flatMap((column, i) => {
    const values = rows.flatMap((row) => row[`c${String(i)}`] || [])
    const encoded = values.filter((value) => /^(?:[A-Za-z0-9+/_-]{40,}[\r\n]*)+={0,2}\s*$/.test(value))
    return encoded.length > values.length / 2 ? [column.name] : []
  })
}
