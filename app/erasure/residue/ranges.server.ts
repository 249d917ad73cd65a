import { setTimeout as pause } from 'node:timers/promises'
import { SystemError, type Executor, type Row } from '~/systems/adapters/adapter'
import { allOf, anyOf, identifier, join, keyword, sql, type Sql } from '~/systems/adapters/sql'
import type { CatalogueColumn, CatalogueTable } from '~/systems/catalogue'

/** One statement is to take about so long: short enough to be stopped, long enough to be worth its round trip. */
const WANTED_MS = 1_500
const FIRST_BLOCKS = 1_024
const FIRST_ROWS = 4_000
const TRIES = 3

/** `range`: a condition over the table as `t`; null: all of it. `again`: rows that were written since it began. */
type Work = (range: Sql | null, again: boolean) => Promise<void>

/**
 * Does `work` over a whole table, one stretch after the other, so that no statement takes long and no snapshot is held:
 * stretches of blocks in PostgreSQL, of the primary key in MySQL. What moved meanwhile is looked at once more. A stretch that
 * runs into its time limit is halved; `work` may be called again for a stretch that failed, and must not have kept anything
 * of it. Throws `SystemError`, with kind `timeout` where even the smallest stretch takes too long.
 */
export async function overTable(
  executor: Executor,
  { table, version, key }: { table: CatalogueTable; version: string; key: readonly CatalogueColumn[] },
  work: Work,
): Promise<void> {
  if (executor.engine === 'mysql') return overKeys(executor, table, key, work)
  // Before 14 a range of blocks is found by reading all of them.
  if (majorOf(version) < 14) return patiently(() => work(null, false))
  return overBlocks(executor, table, work)
}

const majorOf = (version: string) => Number(/\d+/.exec(version)?.[0] ?? 0)

async function overBlocks(executor: Executor, table: CatalogueTable, work: Work): Promise<void> {
  const name = `"${table.schema.replaceAll('"', '""')}"."${table.name.replaceAll('"', '""')}"`
  const [size] = await executor.query(sql`
    SELECT (SELECT COALESCE(max(pg_relation_size(c)), 0) / current_setting('block_size')::bigint
        FROM (SELECT ${name}::text::regclass::oid UNION ALL SELECT relid FROM pg_partition_tree(${name}::text::regclass)) AS parts (c)) AS blocks,
      txid_snapshot_xmin(txid_current_snapshot()) % 4294967296 AS begun`)
  const blocks = Number(size?.blocks ?? 0)
  const at = (block: number) => sql`${`(${String(block)},0)`}::text::tid`
  const stretch = adaptive(FIRST_BLOCKS)
  for (let from = 0; ;) {
    const to = from + stretch.size
    const last = to >= blocks
    const range =
      from === 0 && last ? null : allOf([sql`t.ctid >= ${at(from)}`, ...(last ? [] : [sql`t.ctid < ${at(to)}`])])
    if (!(await stretch.does(() => work(range, false)))) continue
    if (last) {
      // A row that was rewritten while this went on may have moved from where nobody had looked to where somebody had.
      if (from > 0) await patiently(() => work(sql`age(t.xmin) <= age(${size?.begun ?? '3'}::text::xid)`, true))
      return
    }
    from = to
  }
}

async function overKeys(
  executor: Executor,
  table: CatalogueTable,
  key: readonly CatalogueColumn[],
  work: Work,
): Promise<void> {
  if (key.length === 0) return patiently(() => work(null, false))
  const { dialect } = executor
  const names = key.map((column) => identifier('t', column.name))
  const stretch = adaptive(FIRST_ROWS)
  let after: readonly (string | null)[] | null = null
  for (;;) {
    const begin: Sql[] = after ? [beyond(executor, key, after, '>')] : []
    const texts = key.map(
      (column, i) => sql`${dialect.asText(identifier('t', column.name), column)} AS ${keyword(`k${String(i)}`)}`,
    )
    const [end]: readonly Row[] = await executor.query(
      sql`SELECT ${join(texts)} FROM ${dialect.table(table)} t WHERE ${allOf(begin)} ORDER BY ${join(names)} LIMIT 1 OFFSET ${keyword(String(stretch.size - 1))}`,
    )
    const until: (string | null)[] | null = end ? key.map((_, i) => end[`k${String(i)}`] ?? null) : null
    const conditions = [...begin, ...(until ? [beyond(executor, key, until, '<=')] : [])]
    if (!(await stretch.does(() => work(conditions.length > 0 ? allOf(conditions) : null, false)))) continue
    if (!until) return
    after = until
  }
}

/** Keys after, or up to and including, a key of one or several columns; written out, since an index is used so. */
function beyond(
  { dialect }: Executor,
  key: readonly CatalogueColumn[],
  values: readonly (string | null)[],
  how: '>' | '<=',
): Sql {
  const [strictly, orEqual] = how === '>' ? ['>', '>'] : ['<', '<=']
  return anyOf(
    key.map((column, i) => {
      const value = (n: number, of: CatalogueColumn) => dialect.asColumn(values[n] ?? null, of)
      const equal = key.slice(0, i).map((each, n) => sql`${identifier('t', each.name)} = ${value(n, each)}`)
      const sign = keyword(i === key.length - 1 ? orEqual : strictly)
      return allOf([...equal, sql`${identifier('t', column.name)} ${sign} ${value(i, column)}`])
    }),
  )
}

/** A size that follows how long a stretch takes. `does` answers false where the stretch is to be tried again, smaller. */
function adaptive(first: number) {
  const stretch = {
    size: first,
    does: async (work: () => Promise<void>): Promise<boolean> => {
      const begun = performance.now()
      try {
        await patiently(work)
      } catch (error) {
        if (!(error instanceof SystemError) || error.kind !== 'timeout' || stretch.size === 1) throw error
        stretch.size = Math.max(1, stretch.size >> 3)
        return false
      }
      const took = performance.now() - begun
      if (took < WANTED_MS / 2) stretch.size *= 2
      else if (took > WANTED_MS * 2) stretch.size = Math.max(1, stretch.size >> 1)
      return true
    },
  }
  return stretch
}

/** What may be over in a moment (a replica that stopped the statement, a broken connection) is tried again. */
async function patiently(work: () => Promise<void>): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      const passes = error instanceof SystemError && error.retryable && error.kind !== 'timeout'
      if (!passes || tried === TRIES) throw error
      await pause(200 * 2 ** tried)
    }
  }
}
