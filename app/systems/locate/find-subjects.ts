import type { Executor } from '../adapters/adapter'
import { join, sql, type Sql } from '../adapters/sql'
import { encodeKey, type Identifiers, type RowKey } from '../located'
import { normaliseIdentifier } from '../normalise-identifier'
import {
  resolvedTable,
  type ResolvedLink,
  type ResolvedMap,
  type ResolvedPath,
  type ResolvedTable,
} from '../resolved-map'
import { rowsWith } from './candidates'
import { addressOf, columnIn, conditionsSql, keyFrom, pairsSql, portions, selected, tableAs } from './rows'

/** Identifiers by kind in their comparable form. */
export type NormalIdentifiers = ReadonlyMap<string, readonly string[]>

/** Texts that can't be such an identifier fall away: they can match nothing. */
export function normalIdentifiers(given: Identifiers, phoneCountry: string): NormalIdentifiers {
  const { named, ...fixed } = given
  const normal = new Map<string, string[]>()
  for (const [kind, texts] of [...Object.entries(fixed), ...Object.entries(named ?? {})]) {
    const values = (texts ?? []).flatMap((text) => normaliseIdentifier(kind, text, phoneCountry) ?? [])
    if (values.length > 0) normal.set(kind, [...new Set([...(normal.get(kind) ?? []), ...values])])
  }
  return normal
}

/** Rows that carry a proven identifier, by table: subject tables, and those with `also`. */
export async function findRows(
  executor: Executor,
  resolved: ResolvedMap,
  proven: NormalIdentifiers,
): Promise<Map<string, RowKey[]>> {
  const found = new Map<string, RowKey[]>()
  await Promise.all(
    [...resolved.tables.values()].map(async (table) => {
      const ways = [
        ...[...(table.subject?.identifiers ?? [])].flatMap(([kind, paths]) => paths.map((path) => ({ kind, path }))),
        ...[...table.also].flatMap(([kind, columns]) =>
          columns.map((column) => ({ kind, path: { table: table.id, column, steps: [] } })),
        ),
      ].filter(({ kind }) => proven.has(kind))
      const answers = await Promise.all(
        ways.map(({ kind, path }) => rowsByPath(executor, resolved, table, path, kind, proven.get(kind) ?? [])),
      )
      const keys = unique(answers.flat())
      const persons = await onlyPersons(executor, table, keys)
      if (persons.length > 0) found.set(table.id, persons)
    }),
  )
  // In the map's order, whichever answer came first.
  return new Map(
    [...resolved.tables.keys()].flatMap((id) => (found.has(id) ? [[id, found.get(id) ?? []] as const] : [])),
  )
}

export function unique(keys: readonly RowKey[]): RowKey[] {
  return [...new Map(keys.map((key) => [encodeKey(key), key])).values()]
}

/** Rows of `table` that carry one of these identifiers in the column at the end of the path. */
export async function rowsByPath(
  executor: Executor,
  resolved: ResolvedMap,
  table: ResolvedTable,
  path: ResolvedPath,
  kind: string,
  normal: readonly string[],
): Promise<RowKey[]> {
  const holder = resolvedTable(resolved, path.table)
  const keys = await rowsWith(executor, holder, path.column, kind, normal, resolved.map.phoneCountry)
  return path.steps.length === 0 || keys.length === 0 ? keys : backTo(executor, resolved, table, path, keys)
}

/** Walks the links of a path backwards, from rows of its last table to those of the subject table. */
async function backTo(
  executor: Executor,
  resolved: ResolvedMap,
  table: ResolvedTable,
  path: ResolvedPath,
  keys: readonly RowKey[],
): Promise<RowKey[]> {
  const { dialect } = executor
  const address = addressOf(dialect, table, 's0')
  const last = addressOf(dialect, resolvedTable(resolved, path.table), `s${path.steps.length}`)
  const found: RowKey[] = []
  for (const joins of joinsOf(executor, resolved, path)) {
    for (const portion of portions(keys, dialect.keysPerStatement)) {
      const rows = await executor.query(
        sql`SELECT DISTINCT ${selected('k', address.texts)} FROM ${tableAs(dialect, table, 's0')} ${joins}
          WHERE ${last.within(portion)}`,
      )
      found.push(...rows.map((row) => keyFrom(row, 'k', address.texts.length)))
    }
  }
  return unique(found)
}

/** The joins along a path, once for each choice of links where a table has several onto the next. */
function joinsOf({ dialect }: Executor, resolved: ResolvedMap, path: ResolvedPath): Sql[] {
  let chains: Sql[][] = [[]]
  path.steps.forEach((step, i) => {
    const [other, own] = [`s${i}`, `s${i + 1}`]
    const joinBy = (link: ResolvedLink) =>
      sql`JOIN ${tableAs(dialect, resolvedTable(resolved, step.to), own)} ON ${pairsSql(dialect, link.pairs, own, other)}
        AND ${conditionsSql(dialect, link.where, { this: own, other })}`
    chains = chains.flatMap((chain) => step.links.map((link) => [...chain, joinBy(link)]))
  })
  return chains.map((chain) => join(chain, ' '))
}

/** Leaves out the rows of a subject table that are no persons (`subject.where`). */
export async function onlyPersons(
  executor: Executor,
  table: ResolvedTable,
  keys: readonly RowKey[],
): Promise<RowKey[]> {
  const where = table.subject?.where ?? []
  if (where.length === 0 || keys.length === 0) return [...keys]
  const { dialect } = executor
  const address = addressOf(dialect, table, 't')
  const found: RowKey[] = []
  for (const portion of portions(keys, dialect.keysPerStatement)) {
    const rows = await executor.query(
      sql`SELECT ${selected('k', address.texts)} FROM ${tableAs(dialect, table, 't')}
        WHERE ${address.within(portion)} AND ${conditionsSql(dialect, where, { this: 't', other: 't' })}`,
    )
    found.push(...rows.map((row) => keyFrom(row, 'k', address.texts.length)))
  }
  return found
}

/** Values at the end of a path for rows of its first table: key -> values (several where several rows are linked). */
export async function valuesByPath(
  executor: Executor,
  resolved: ResolvedMap,
  table: ResolvedTable,
  path: ResolvedPath,
  keys: readonly RowKey[],
): Promise<Map<string, string[]>> {
  const { dialect } = executor
  const address = addressOf(dialect, table, 's0')
  const value = dialect.asText(columnIn(`s${path.steps.length}`, path.column), path.column)
  const values = new Map<string, string[]>()
  for (const joins of joinsOf(executor, resolved, path)) {
    for (const portion of portions(keys, dialect.keysPerStatement)) {
      const rows = await executor.query(
        sql`SELECT DISTINCT ${join([selected('k', address.texts), selected('c', [value])])}
          FROM ${tableAs(dialect, table, 's0')} ${joins} WHERE ${address.within(portion)}`,
      )
      for (const row of rows) {
        const key = encodeKey(keyFrom(row, 'k', address.texts.length))
        if (row.c0 !== null && row.c0 !== undefined) values.set(key, [...(values.get(key) ?? []), row.c0])
      }
    }
  }
  return values
}
