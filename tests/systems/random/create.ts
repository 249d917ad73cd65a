import type { DatabaseAdapter } from '~/systems/adapters/adapter'
import { identifier, join, keyword, parameter, sql, type Sql } from '~/systems/adapters/sql'
import type { Engine } from '~/systems/catalogue'
import type { Rows } from './rows'
import type { RandomTable } from './schema'

const TYPES = { int: 'int', pair: 'int', uuid: 'uuid', text: 'varchar(10)', code: 'varchar(10)', none: 'int' }

const names = (columns: readonly string[]) => join(columns.map((column) => identifier(column)))

/** Columns by name with what stands behind them in CREATE TABLE. */
function columnsOf(table: RandomTable): Map<string, string> {
  const columns = new Map(table.key.map((name) => [name, `${TYPES[table.keyKind]} not null`]))
  if (table.code) columns.set('code', `${TYPES.code} not null`)
  for (const group of table.groups.filter((g) => !g.isKey))
    for (const name of group.columns) columns.set(name, `${TYPES[group.kind]} ${group.notNull ? 'not null' : 'null'}`)
  for (const [name, type] of [
    ['kind', 'varchar(5)'],
    ['deleted', 'int'],
    ['mail', 'varchar(60)'],
    ['note', 'varchar(60)'],
  ] as const)
    columns.set(name, type)
  return columns
}

/** The statements that make the tables; a partitioned one in two parts. */
function creation(tables: readonly RandomTable[], engine: Engine): Sql[] {
  const made = tables.flatMap((table): Sql[] => {
    const parts = [...columnsOf(table)].map(([name, type]) => sql`${identifier(name)} ${keyword(type)}`)
    if (table.key.length > 0) parts.push(sql`primary key (${names(table.key)})`)
    if (table.code) parts.push(sql`unique (code)`)
    const create = sql`create table ${identifier(table.name)} (${join(parts)})`
    if (!table.partitioned) return [create]
    if (engine === 'mysql') return [sql`${create} partition by hash (a) partitions 2`]
    return [
      sql`${create} partition by list (a)`,
      sql`create table ${identifier(`${table.name} 1`)} partition of ${identifier(table.name)} for values in (1)`,
      sql`create table ${identifier(`${table.name} 2`)} partition of ${identifier(table.name)} default`,
    ]
  })
  const keys = tables.flatMap((table) =>
    table.foreignKeys.map((key) => {
      const deferred = keyword(key.deferred ? 'deferrable initially deferred' : '')
      const other = tables[key.table]
      return sql`alter table ${identifier(table.name)} add foreign key (${names(key.columns)})
        references ${identifier(other?.name ?? '')} (${names(key.referenced)}) on delete ${keyword(key.onDelete)} ${deferred}`
    }),
  )
  return [...made, ...keys]
}

/** Makes the tables anew, whatever stood there; `more` are further statements, and `others` tables that these make. */
export async function createTables(
  adapter: DatabaseAdapter,
  tables: readonly RandomTable[],
  more: readonly Sql[] = [],
  others: readonly string[] = [],
): Promise<void> {
  await unchecked(adapter, async (run) => {
    if (adapter.engine === 'postgres') {
      await run(keyword('drop schema public cascade'))
      await run(keyword('create schema public'))
    } else {
      for (const name of [...tables.map((table) => table.name), ...others])
        await run(sql`drop table if exists ${identifier(name)}`)
    }
    for (const statement of [...creation(tables, adapter.engine), ...more]) await run(statement)
  })
}

/** Puts these rows in the place of all that stand there, whichever refers to which; then `more` is done. */
export async function fill(
  adapter: DatabaseAdapter,
  tables: readonly RandomTable[],
  rows: Rows,
  more: readonly Sql[] = [],
): Promise<void> {
  await unchecked(adapter, async (run) => {
    for (const [t, table] of tables.entries()) {
      await run(sql`delete from ${identifier(table.name)}`)
      const columns = Object.keys(rows[t]?.[0] ?? {})
      if (columns.length === 0) continue
      const values = (rows[t] ?? []).map(
        (row) => sql`(${join(columns.map((column) => literal(adapter.engine, row[column] ?? null)))})`,
      )
      await run(sql`insert into ${identifier(table.name)} (${names(columns)}) values ${join(values)}`)
    }
    for (const statement of more) await run(statement)
  })
}

function literal(engine: Engine, value: string | null): Sql {
  if (value === null) return keyword('null')
  return engine === 'postgres' ? keyword(`'${value.replaceAll("'", "''")}'`) : parameter(value)
}

/** Runs statements without foreign keys being checked meanwhile. */
async function unchecked(
  adapter: DatabaseAdapter,
  work: (run: (statement: Sql) => Promise<number>) => Promise<void>,
): Promise<void> {
  const [off, on] =
    adapter.engine === 'postgres'
      ? ['set local session_replication_role = replica', 'set local session_replication_role = origin']
      : ['set foreign_key_checks = 0', 'set foreign_key_checks = 1']
  await adapter.transaction(async (tx) => {
    await tx.run(keyword(off))
    await work((statement) => tx.run(statement))
    await tx.run(keyword(on))
  })
}
