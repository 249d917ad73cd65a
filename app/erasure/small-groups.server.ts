import type { Temporal } from 'temporal-polyfill'
import { SystemError, type DatabaseAdapter, type Executor } from '~/systems/adapters/adapter'
import { allOf, join, keyword, sql, type Sql } from '~/systems/adapters/sql'
import type { CatalogueColumn } from '~/systems/catalogue'
import type { RowKey } from '~/systems/located'
import { columnIn, portions, readColumns, tableAs } from '~/systems/locate/rows'
import type { ResolvedTable } from '~/systems/resolved-map'
import { modelTable, type Model } from './model'
import type { RowSet } from './row-sets'
import { sharedColumns } from './shared-columns'

/** A group of so many rows hides whose they are; a smaller one is shown to a person (datamap.md `erase: pseudonymise`). */
export const groupSize = 5

/**
 * What counting may cost in one table. Each group is looked up by its values and left as soon as five rows are found: with an
 * index that is nothing, without one a rare group reads the whole table. So groups are asked for a few at a time, each question
 * has its time, and so has the table; what was not counted by then is said to be uncounted.
 */
const perStatement = 5
const statementTimeoutMs = 20_000
const secondsPerTable = 60
const groupsPerTable = 200
/** So many different values of a run's own rows are kept in mind. */
const groupsInMind = 10_000

/** Rows of a run that share with fewer than five rows in all what was kept or generalised of them. */
export interface SmallGroup {
  readonly table: string
  readonly columns: readonly string[]
  readonly mayEmpty: readonly string[]
  /** 1 to 4; null: not counted in its time. */
  readonly size: number | null
  readonly groups: number
  readonly rows: number
  /** Empty where they can't be addressed any more. */
  readonly keys: readonly RowKey[]
}

interface Group {
  readonly values: readonly (string | null)[]
  readonly keys: RowKey[]
  rows: number
}

/**
 * Finds the small groups that a run left in one system: how many rows of the table, whoever they are of, share the values.
 * Only rows that stay pseudonymised count, not those that are deleted later. Runs SELECTs only, values as parameters. Throws
 * `SystemError`, but for a count that takes too long.
 */
export async function smallGroups(
  adapter: DatabaseAdapter,
  order: { model: Model; sets: readonly RowSet[]; now: () => Temporal.Instant },
): Promise<SmallGroup[]> {
  const found: SmallGroup[] = []
  for (const set of order.sets.filter(stays)) {
    const { columns, mayEmpty } = sharedColumns(order.model, set)
    const { resolved } = modelTable(order.model, set.table)
    if (columns.length === 0 || resolved.key.length === 0) continue
    const { groups, missing } = await groupsOf(adapter, resolved, columns, set)
    const counted = await countGroups(adapter, resolved, columns, groups, order.now)
    const of = { table: set.table, columns: columns.map(({ name }) => name), mayEmpty }
    for (const size of [1, 2, 3, 4, null]) {
      const same = counted.filter((each) => each.size === size).map((each) => each.group)
      const rows = same.reduce((sum, group) => sum + group.rows, 0) + (size === null ? missing : 0)
      if (rows > 0) found.push({ ...of, size, groups: same.length, rows, keys: same.flatMap((group) => group.keys) })
    }
  }
  return found
}

/** Rewritten as a whole, for good: not one that goes when nothing refers to it any more, and no other person's. */
const stays = (set: RowSet) =>
  set.action === 'pseudonymise' && !set.partly && set.later === null && set.reason !== 'shared'

/** The values that the rows of a set have now; those that five rows of the set itself share are no question any more. */
async function groupsOf(
  adapter: DatabaseAdapter,
  table: ResolvedTable,
  columns: readonly CatalogueColumn[],
  set: RowSet,
): Promise<{ groups: Group[]; missing: number }> {
  const groups = new Map<string, Group>()
  /** Rows that are there under their key, and among the groups. */
  let present = 0
  for (const portion of portions(set.rows.keys, adapter.dialect.keysPerStatement)) {
    const read = await readColumns(adapter, table, portion, columns)
    for (const { key, values } of read) {
      const own = columns.map(({ name }) => values[name] ?? null)
      const id = JSON.stringify(own)
      const known = groups.get(id)
      if (!known && groups.size >= groupsInMind) continue
      present += 1
      const group = known ?? { values: own, keys: [], rows: 0 }
      group.rows += 1
      if (group.keys.length < groupSize) group.keys.push(key)
      groups.set(id, group)
    }
  }
  return { groups: [...groups.values()].filter((group) => group.rows < groupSize), missing: set.rows.length - present }
}

async function countGroups(
  adapter: DatabaseAdapter,
  table: ResolvedTable,
  columns: readonly CatalogueColumn[],
  groups: readonly Group[],
  now: () => Temporal.Instant,
): Promise<{ group: Group; size: number | null }[]> {
  const began = now()
  const counted: { group: Group; size: number | null }[] = []
  let inTime = true
  for (const portion of portions(groups, perStatement)) {
    const within = counted.length < groupsPerTable && began.until(now()).total('seconds') < secondsPerTable
    const sizes: (number | null)[] | null = inTime && within ? await sizesOf(adapter, table, columns, portion) : null
    inTime &&= sizes !== null
    counted.push(...portion.map((group, at) => ({ group, size: sizes ? (sizes[at] ?? null) : null })))
  }
  return counted
}

/** How many rows share the values of each group, counted up to five; null: it took too long. */
async function sizesOf(
  adapter: DatabaseAdapter,
  table: ResolvedTable,
  columns: readonly CatalogueColumn[],
  groups: readonly Group[],
): Promise<(number | null)[] | null> {
  try {
    const rows = await adapter.transaction((tx) => tx.query(countSql(tx, table, columns, groups)), {
      readOnly: true,
      statementTimeoutMs,
    })
    const sizes = new Map(rows.map((row) => [Number(row['place']), Number(row['found'])]))
    // The row itself is one: none at all means that its value can't be found by what it reads as.
    return groups.map((_, at) => sizes.get(at) || null)
  } catch (error) {
    if (error instanceof SystemError && error.kind === 'timeout') return null
    throw error
  }
}

function countSql(
  { dialect }: Pick<Executor, 'dialect'>,
  table: ResolvedTable,
  columns: readonly CatalogueColumn[],
  groups: readonly Group[],
): Sql {
  const counts = groups.map(({ values }, at) => {
    const same = allOf(
      columns.map((column, place) => {
        const [expression, value] = [columnIn('t', column), values[place] ?? null]
        if (value === null) return sql`${expression} IS NULL`
        // Types that know no equality are compared as they are written.
        return ['json', 'other', 'array', 'tsvector'].includes(column.family)
          ? sql`${dialect.asText(expression, column)} = ${value}`
          : sql`${expression} = ${dialect.asColumn(value, column)}`
      }),
    )
    const some = sql`SELECT 1 AS one FROM ${tableAs(dialect, table, 't')} WHERE ${same} LIMIT ${keyword(String(groupSize))}`
    return sql`SELECT ${keyword(String(at))} AS place, COUNT(*) AS found FROM (${some}) AS g`
  })
  return join(counts, ' UNION ALL ')
}
