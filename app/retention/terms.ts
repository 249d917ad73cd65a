import type { Temporal } from 'temporal-polyfill'
import { splitColumn } from '~/erasure/model'
import { shapeLengths } from '~/erasure/strategies/shape'
import type { TermRules } from '~/erasure/terms'
import type { Dialect } from '~/systems/adapters/adapter'
import { allOf, anyOf, join, keyword, sql } from '~/systems/adapters/sql'
import type { Sql } from '~/systems/adapters/sql'
import { columnOf } from '~/systems/catalogue'
import type { CatalogueColumn } from '~/systems/catalogue'
import type { Condition, DeleteAfterStep, KeepFor, TermStart } from '~/systems/data-map'
import { columnIn, conditionsSql, tableAs } from '~/systems/locate/rows'
import { resolvedTable } from '~/systems/resolved-map'
import type { ResolvedCondition, ResolvedMap, ResolvedTable } from '~/systems/resolved-map'
import { lastStartKept, lastStartOver } from './cutoff'
import { existsAlong, not, parentsOf, pathBetween, tiedBy } from './paths'
import type { Aliases } from './paths'

/** What the conditions of one system's terms are written with. `today` in the organisation's zone. */
export type TermContext = {
  resolved: ResolvedMap
  dialect: Dialect
  today: Temporal.PlainDate
  rules: TermRules
  next: Aliases
}

/** Rows (under `alias`) whose step is over on this day: its term ended, or the event that ends the lawfulness came. */
export function stepIsOver(context: TermContext, table: ResolvedTable, step: DeleteAfterStep, alias: string): Sql {
  return anyOf([...termOver(context, table, step, alias, null), ...lapsed(context, table, step, alias)])
}

/** The same, or the term ends within the time in which the owner is warned. */
export function stepIsNear(context: TermContext, table: ResolvedTable, step: DeleteAfterStep, alias: string): Sql {
  return anyOf([...termOver(context, table, step, alias, step.warn), ...lapsed(context, table, step, alias)])
}

/** Rows whose term by this step is not over yet and ends within a period (ISO 8601). Events can't be foreseen. */
export function stepEndsWithin(
  context: TermContext,
  table: ResolvedTable,
  step: DeleteAfterStep,
  alias: string,
  period: string,
): Sql {
  return allOf([
    anyOf(termOver(context, table, step, alias, period)),
    not(sql`COALESCE(${anyOf(termOver(context, table, step, alias, null))}, ${keyword('FALSE')})`),
  ])
}

function termOver(
  context: TermContext,
  table: ResolvedTable,
  step: DeleteAfterStep,
  alias: string,
  warn: string | null,
): Sql[] {
  if (!step.term || !step.from) return []
  return [startedBefore(context, table, step.from, alias, lastStartOver(step.term, context.today, warn))]
}

function lapsed(context: TermContext, table: ResolvedTable, step: DeleteAfterStep, alias: string): Sql[] {
  if (!step.lapsesWhen) return []
  return [hasRow(context, table, step.lapsesWhen, alias)]
}

/** A term started, and on `last` or before: for several columns the latest of them, over all rows of the person. */
function startedBefore(
  context: TermContext,
  table: ResolvedTable,
  from: TermStart,
  alias: string,
  last: Temporal.PlainDate,
): Sql {
  const { dialect, rules } = context
  const columns = from.columns.map((name) => startColumn(context, table, name))
  const [first] = columns
  if (columns.length === 1 && first && first.path.length === 0)
    return before(dialect, first.column, alias, last, rules.zone)
  const none = columns.map(({ column, path }) =>
    path.length === 0
      ? anyOf([sql`${columnIn(alias, column)} IS NULL`, before(dialect, column, alias, last, rules.zone)])
      : not(along(context, table, alias, path, (at) => notBefore(dialect, column, at, last, rules.zone))),
  )
  const some = columns.map(({ column, path }) =>
    path.length === 0
      ? sql`${columnIn(alias, column)} IS NOT NULL`
      : along(context, table, alias, path, (at) => sql`${columnIn(at, column)} IS NOT NULL`),
  )
  return allOf([...none, anyOf(some)])
}

function startColumn({ resolved }: TermContext, table: ResolvedTable, name: string) {
  const at = splitColumn(name, table.id)
  const of = resolved.tables.get(at.table)
  const column = of ? columnOf(of.catalogue, at.column) : undefined
  const path = of ? pathBetween(resolved, table.id, of.id) : null
  if (!column || !path)
    throw new Error(`The data map names ${name} as start of a term, which ${table.id} does not reach`)
  return { column, path }
}

type Path = NonNullable<ReturnType<typeof pathBetween>>

function along(
  { resolved, dialect, next }: TermContext,
  table: ResolvedTable,
  alias: string,
  path: Path,
  leaf: (alias: string) => Sql,
): Sql {
  return existsAlong(dialect, resolved, alias, path, next, (at) => leaf(at), table)
}

/** The start of the day after `last`, as a value of the column: dates as they are, instants by the organisation's zone. */
function dayAfter(dialect: Dialect, column: CatalogueColumn, last: Temporal.PlainDate, zone: string): Sql {
  const day = last.add({ days: 1 })
  if (column.family !== 'timestamp') return dialect.asColumn(day.toString(), column)
  // What has no offset of its own is a day as it stands written.
  if (!/with time zone|timestamptz/.test(column.type)) return dialect.asColumn(`${day.toString()} 00:00:00`, column)
  return dialect.asColumn(day.toZonedDateTime(zone).toInstant().toString(), column)
}

function before(dialect: Dialect, column: CatalogueColumn, alias: string, last: Temporal.PlainDate, zone: string): Sql {
  return sql`${columnIn(alias, column)} < ${dayAfter(dialect, column, last, zone)}`
}

function notBefore(
  dialect: Dialect,
  column: CatalogueColumn,
  alias: string,
  last: Temporal.PlainDate,
  zone: string,
): Sql {
  return sql`${columnIn(alias, column)} >= ${dayAfter(dialect, column, last, zone)}`
}

/** The person has a row in that table with those values. */
function hasRow(
  context: TermContext,
  table: ResolvedTable,
  { table: id, where }: { table: string; where: readonly Condition[] },
  alias: string,
): Sql {
  const of = context.resolved.tables.get(id)
  const path = of ? pathBetween(context.resolved, table.id, id) : null
  if (!of || !path) throw new Error(`The data map ties ${table.id} to ${id} in no way`)
  const conditions = where.map((condition) => ownCondition(of, condition))
  return along(context, table, alias, path, (at) => conditionsSql(context.dialect, conditions, { this: at, other: at }))
}

function ownCondition(table: ResolvedTable, { column, test }: Condition): ResolvedCondition {
  const found = columnOf(table.catalogue, splitColumn(column, table.id).column)
  if (!found) throw new Error(`The data map names ${column}, which ${table.id} does not have`)
  return { side: 'this', column: found, test }
}

/**
 * Rows that stay although their term is over: still needed, or under a duty to keep of their own or of what they belong to
 * (`keep_for` beats `delete_after`). What merely belongs to a needed row has a term of its own here, and goes.
 */
export function isProtected(context: TermContext, table: ResolvedTable, alias: string): Sql {
  return anyOf([
    ...table.map.neededWhile.map((needed) => hasRow(context, table, needed, alias)),
    ...keptWith(context, table, alias, new Set()),
  ])
}

function keptWith(context: TermContext, table: ResolvedTable, alias: string, seen: ReadonlySet<string>): Sql[] {
  const { map } = table
  if (map.keepFor.length > 0) return map.keepFor.map((keep) => not(keptOver(context, table, keep, alias)))
  if (map.withKept === 'erase' || seen.has(table.id)) return []
  const above = new Set([...seen, table.id])
  return parentsOf(context.resolved, table.id).flatMap((step) => {
    const parent = context.resolved.tables.get(step.to)
    if (!parent || !isKeptAnywhere(context.resolved, parent, above)) return []
    return [
      existsAlong(
        context.dialect,
        context.resolved,
        alias,
        [step],
        context.next,
        (at) => anyOf(keptWith(context, parent, at, above)),
        table,
      ),
    ]
  })
}

function isKeptAnywhere(resolved: ResolvedMap, table: ResolvedTable, seen: ReadonlySet<string>): boolean {
  if (table.map.keepFor.length > 0) return true
  if (table.map.withKept === 'erase' || seen.has(table.id)) return false
  const above = new Set([...seen, table.id])
  return parentsOf(resolved, table.id).some(({ to }) => {
    const parent = resolved.tables.get(to)
    return parent !== undefined && isKeptAnywhere(resolved, parent, above)
  })
}

/** A duty to keep that started and is over; one that never started keeps the row. */
function keptOver(context: TermContext, table: ResolvedTable, keep: KeepFor, alias: string): Sql {
  const over = startedBefore(context, table, keep.from, alias, lastStartKept(keep, context.today, context.rules))
  return sql`COALESCE(${over}, ${keyword('FALSE')})`
}

/**
 * Rows that were pseudonymised before, by retention or by a request: every pseudonym column that holds something holds a
 * pseudonym. They are not offered for pseudonymisation again.
 */
export function isPseudonymised({ dialect }: TermContext, table: ResolvedTable, alias: string): Sql {
  const texts = pseudonymColumns(table).map((column) => ({
    column,
    text: dialect.asText(columnIn(alias, column), column),
  }))
  if (texts.length === 0) return anyOf([])
  const matches = keyword(dialect.engine === 'postgres' ? '~' : 'REGEXP')
  const looks = texts.map(({ column, text }) => {
    const { token } = shapeLengths(column.length)
    const pattern = `^(p[0-9a-f]{${token - 1}}|[0-9a-f]{6,24}@(pseudonym|p)[.]invalid|[+]?000[0-9]+)$`
    return sql`(COALESCE(${text}, '') = '' OR ${text} ${matches} ${keyword(`'${pattern}'`)})`
  })
  const filled = texts.map(({ text }) => sql`COALESCE(${text}, '') <> ''`)
  return allOf([...looks, anyOf(filled)])
}

function pseudonymColumns(table: ResolvedTable): CatalogueColumn[] {
  return Object.entries(table.map.columns).flatMap(([name, { with: strategy }]) => {
    const column = columnOf(table.catalogue, name)
    return strategy?.kind === 'pseudonym' && column?.family === 'text' ? [column] : []
  })
}

/** The row's own column of days from which its term runs, where that is all that starts it. */
export function ownDay(context: TermContext, table: ResolvedTable, step: DeleteAfterStep): CatalogueColumn | null {
  const [name, ...others] = step.from?.columns ?? []
  if (name === undefined || others.length > 0) return null
  const { column, path } = startColumn(context, table, name)
  return path.length === 0 && column.family === 'date' ? column : null
}

/** When the term of a row started, as text; NULL where it can't be said in one expression. */
export function startText(context: TermContext, table: ResolvedTable, step: DeleteAfterStep, alias: string): Sql {
  const columns = (step.from?.columns ?? []).map((name) => startColumn(context, table, name))
  if (columns.length === 0 || columns.some(({ path }) => path.length > 1)) return keyword('NULL')
  const parts = columns.map(({ column, path }) => {
    const [way] = path
    const text = way ? latestText(context, way, alias, column) : context.dialect.asText(columnIn(alias, column), column)
    return sql`COALESCE(${text}, '')`
  })
  const [only] = parts
  return sql`NULLIF(${parts.length === 1 && only ? only : sql`GREATEST(${join(parts)})`}, '')`
}

function latestText(
  { dialect, resolved, next }: TermContext,
  step: Path[number],
  alias: string,
  column: CatalogueColumn,
): Sql {
  const at = next()
  const latest = dialect.asText(sql`MAX(${columnIn(at, column)})`, column)
  return sql`(SELECT ${latest} FROM ${tableAs(dialect, resolvedTable(resolved, step.to), at)} WHERE ${tiedBy(dialect, step, alias, at)})`
}
