import { splitColumn } from '~/erasure/model'
import { allOf, anyOf, identifier, join, keyword, sql } from '~/systems/adapters/sql'
import type { Sql } from '~/systems/adapters/sql'
import { columnOf, tableById } from '~/systems/catalogue'
import type { CatalogueTable } from '~/systems/catalogue'
import type { Owner } from '~/systems/data-map'
import { addressOf, columnIn, conditionsSql, selected, tableAs } from '~/systems/locate/rows'
import type { RowKey } from '~/systems/located'
import type { ResolvedTable } from '~/systems/resolved-map'
import { not } from './paths'
import { isProtected, isPseudonymised, ownDay, startText, stepEndsWithin, stepIsNear, stepIsOver } from './terms'
import type { TermContext } from './terms'

const T = 't'
const OWNER = 'o'

/** Rows of a group: one owner, one step, over or near. */
export type Group = { owner: string | null; step: number; over: boolean }

/** `2x`: step 2 is over; `2w`: it will be soon. */
export function encodeStage(step: number, over: boolean): string {
  return `${step}${over ? 'x' : 'w'}`
}

export function decodeStage(stage: string): { step: number; over: boolean } {
  return { step: Number(stage.slice(0, -1)), over: stage.endsWith('x') }
}

/** How many rows of a table are over or near, by owner (`o`) and stage (`s`), with the first start of a term (`f`). */
export function countStatement(context: TermContext, table: ResolvedTable, held: readonly RowKey[]): Sql {
  return sql`SELECT o, s, COUNT(*) AS n, MIN(f) AS f FROM (${offered(context, table, held, 'count')}) x GROUP BY o, s`
}

/** Keys (`k0` …) of rows of one group that are over, in the order of the key, `limit` at the most. */
export function keysStatement(
  context: TermContext,
  table: ResolvedTable,
  held: readonly RowKey[],
  { owner, step }: Pick<Group, 'owner' | 'step'>,
  limit: number,
): Sql {
  const keys = addressOf(context.dialect, table, T).texts.map((_, i) => identifier(`k${i}`))
  const ofOwner = owner === null ? sql`o IS NULL` : sql`o = ${owner}`
  return sql`SELECT ${join(keys)} FROM (${offered(context, table, held, 'keys')}) x
    WHERE s = ${encodeStage(step, true)} AND ${ofOwner} ORDER BY ${join(keys)} LIMIT ${keyword(String(Math.trunc(limit)))}`
}

/** Of these keys those whose rows are over by this step today; what was offered yesterday may have changed. */
export function stillOverStatement(
  context: TermContext,
  table: ResolvedTable,
  held: readonly RowKey[],
  step: number,
  keys: readonly RowKey[],
): Sql {
  const within = addressOf(context.dialect, table, T).within(keys)
  const names = addressOf(context.dialect, table, T).texts.map((_, i) => identifier(`k${i}`))
  return sql`SELECT ${join(names)} FROM (${offered(context, table, held, 'keys', within)}) x WHERE s = ${encodeStage(step, true)}`
}

/**
 * How many rows of a table have a term that ends within a period by one step, by the hour in which it began (`f`: the first
 * of them; NULL where that can't be said).
 */
export function endingStatement(
  context: TermContext,
  table: ResolvedTable,
  held: readonly RowKey[],
  { step, period }: { step: number; period: string },
): Sql {
  const { dialect } = context
  const of = table.map.deleteAfter[step]
  if (!of) throw new Error(`${table.id} has no step ${step}`)
  const where = allOf([
    stepEndsWithin(context, table, of, T, period),
    ...isFresh(context, table, step),
    not(isProtected(context, table, T)),
    ...whoseRows(context, table),
    ...(held.length > 0 ? [addressOf(dialect, table, T).outside(held)] : []),
  ])
  const day = ownDay(context, table, of)
  // Written as text once a day, not once a row.
  if (day) {
    const text = dialect.asText(columnIn(T, day), day)
    return sql`SELECT COUNT(*) AS n, ${text} AS f FROM ${tableAs(dialect, table, T)} WHERE ${where} GROUP BY ${columnIn(T, day)}`
  }
  return sql`SELECT COUNT(*) AS n, MIN(f) AS f FROM (
    SELECT ${startText(context, table, of, T)} AS f FROM ${tableAs(dialect, table, T)} WHERE ${where}) x GROUP BY LEFT(f, 13)`
}

function offered(
  context: TermContext,
  table: ResolvedTable,
  held: readonly RowKey[],
  want: 'count' | 'keys',
  only?: Sql,
): Sql {
  const { dialect } = context
  const steps = table.map.deleteAfter
  const stages = steps.flatMap((step, i) => {
    const fresh = isFresh(context, table, i)
    const when = (condition: Sql, over: boolean) =>
      sql`WHEN ${allOf([condition, ...fresh])} THEN ${keyword(`'${encodeStage(i, over)}'`)}`
    return [
      { order: 2 * i + 1, piece: when(stepIsOver(context, table, step, T), true) },
      { order: 2 * i, piece: when(stepIsNear(context, table, step, T), false) },
    ]
  })
  // The furthest step that is over counts; only then a step that is near.
  const ordered = [...stages].sort((a, b) => (b.order % 2) - (a.order % 2) || b.order - a.order)
  const address = addressOf(dialect, table, T)
  const [first] = steps
  const sameStart = steps.every((step) => JSON.stringify(step.from) === JSON.stringify(first?.from))
  const columns = [
    sql`${ownerText(context, table)} AS o`,
    sql`CASE ${join(
      ordered.map(({ piece }) => piece),
      ' ',
    )} END AS s`,
    ...(want === 'keys' ? [selected('k', address.texts)] : []),
    ...(want === 'count' && first
      ? [sql`${sameStart ? startText(context, table, first, T) : keyword('NULL')} AS f`]
      : []),
  ]
  const near = steps.map((step) => stepIsNear(context, table, step, T))
  const where = allOf([
    anyOf(near),
    anyOf(steps.map((_, i) => allOf(isFresh(context, table, i)))),
    not(isProtected(context, table, T)),
    ...whoseRows(context, table),
    ...(held.length > 0 ? [address.outside(held)] : []),
    ...(only ? [only] : []),
  ])
  return sql`SELECT ${join(columns)} FROM ${tableAs(dialect, table, T)} ${ownerJoin(context, table)} WHERE ${where}`
}

/**
 * A row that was pseudonymised before is not offered for it again; nor for deletion, where that is the table's only step: it
 * stays because something refers to it, and goes by itself when nothing does.
 */
function isFresh(context: TermContext, table: ResolvedTable, at: number): Sql[] {
  const steps = table.map.deleteAfter
  const laterDeletion = steps[at]?.then === 'delete' && steps.slice(0, at).some((step) => step.then === 'pseudonymise')
  return laterDeletion ? [] : [not(isPseudonymised(context, table, T))]
}

/** Rows of organisations, suppliers and the like, which the map's `where` leaves out, are nobody's. */
function whoseRows({ dialect }: TermContext, table: ResolvedTable): Sql[] {
  if (table.subject)
    return table.subject.where.length > 0 ? [conditionsSql(dialect, table.subject.where, { this: T, other: T })] : []
  const own = table.links.map((link) => link.where.filter((condition) => condition.side === 'this'))
  if (own.length === 0 || own.some((where) => where.length === 0)) return []
  return [anyOf(own.map((where) => conditionsSql(dialect, where, { this: T, other: T })))]
}

function ownerOf(table: ResolvedTable): Owner | null {
  return table.map.deleteAfter.find((step) => step.owner)?.owner ?? null
}

/** The table that holds the responsible user's address, and by which column it is found. */
function userTable(
  { resolved }: TermContext,
  table: ResolvedTable,
  owner: Owner,
): { users: CatalogueTable; key: string; email: string } | null {
  if (!owner.column || !owner.email?.includes('.')) return null
  const at = splitColumn(owner.email, table.id)
  const users = tableById(resolved.catalogue, at.table)
  if (!users || !columnOf(users, at.column)) return null
  const column = owner.column
  const reference = table.catalogue.foreignKeys.find(
    (key) => key.referencedTable === users.id && key.columns.length === 1 && key.columns[0] === column,
  )
  const key = reference?.referencedColumns[0] ?? (users.primaryKey?.length === 1 ? users.primaryKey[0] : undefined)
  return key ? { users, key, email: at.column } : null
}

function ownerJoin(context: TermContext, table: ResolvedTable): Sql {
  const owner = ownerOf(table)
  const found = owner && userTable(context, table, owner)
  const column = owner?.column ? columnOf(table.catalogue, owner.column) : undefined
  const key = found && columnOf(found.users, found.key)
  if (!found || !column || !key) return keyword('')
  const same = context.dialect.equalColumns(
    { expression: identifier(OWNER, key.name), column: key },
    { expression: columnIn(T, column), column },
  )
  return sql`LEFT JOIN ${context.dialect.table(found.users)} ${identifier(OWNER)} ON ${same}`
}

/** The owner's address as text: the responsible user's, else the fallback, else NULL. */
function ownerText(context: TermContext, table: ResolvedTable): Sql {
  const owner = ownerOf(table)
  const fallback = owner?.fallback ?? null
  const found = owner && userTable(context, table, owner)
  const email = found && columnOf(found.users, found.email)
  const own =
    owner?.column && !owner.email?.includes('.') ? columnOf(table.catalogue, owner.email ?? owner.column) : undefined
  const text = email
    ? context.dialect.asText(identifier(OWNER, email.name), email)
    : own
      ? context.dialect.asText(columnIn(T, own), own)
      : null
  const otherwise =
    fallback === null
      ? keyword('NULL')
      : context.dialect.engine === 'postgres'
        ? sql`${fallback}::text`
        : sql`${fallback}`
  return text ? sql`COALESCE(NULLIF(${context.dialect.trim(text)}, ''), ${otherwise})` : otherwise
}
