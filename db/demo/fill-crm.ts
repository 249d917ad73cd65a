import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import type { Temporal } from 'temporal-polyfill'
import { projectRoot } from '../migrate'
import { crmData } from './crm-data'

/** The files of the demo CRM: its schema in SQL and its data map in YAML. */
export const demoCrmFile = (name: 'crm-schema.sql' | 'crm-map.yaml') => join(projectRoot(), 'db', 'demo', name)

/**
 * Makes and fills the tables of the demo CRM in the empty database at `url`, in one transaction: all or nothing.
 * @param today the date to which all others are relative
 * @returns the number of rows per table
 */
export async function fillDemoCrm({
  url,
  today,
}: {
  url: string
  today: Temporal.PlainDate
}): Promise<Record<string, number>> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connection: { TimeZone: 'UTC' } })
  try {
    const schema = await readFile(demoCrmFile('crm-schema.sql'), 'utf8')
    return await sql.begin(async (tx) => {
      await tx.unsafe(schema)
      for (const [table, rows] of crmData(today)) await fillTable(tx, table, rows)
      await makeHistory(tx, today)
      await continueSequences(tx)
      return await countRows(tx)
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function fillTable(tx: postgres.TransactionSql, table: string, rows: readonly object[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
  if (columns.length === 0) return
  // one statement a table; PostgreSQL turns JSON into dates, arrays and enums by the table's own types
  await tx`
    insert into ${tx(table)} (${tx(columns)}) overriding system value
    select ${tx(columns)} from jsonb_populate_recordset(null::${tx(table)}, ${JSON.stringify(rows)}::text::jsonb)`
}

/** Some customers moved or changed their number: what the audit trigger wrote about it is dated back. */
async function makeHistory(tx: postgres.TransactionSql, today: Temporal.PlainDate): Promise<void> {
  await tx`update customers set mobile = null, last_name = 'Bos' where id = 1`
  await tx`update customers set mobile = '06-12345678', last_name = 'Vries' where id = 1`
  await tx`update customers set phone = null where id % 9 = 0 and phone is not null`
  await tx`update customers set status = 'dormant' where id % 13 = 0`
  await tx`
    update customers_audit
    set changed_at = ${today.toString()}::date - (interval '1 day' * (customer_id % 600 + 10)) + interval '9 hours'`
}

async function continueSequences(tx: postgres.TransactionSql): Promise<void> {
  const columns = await tx<{ table: string; column: string }[]>`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and is_identity = 'YES'`
  for (const { table, column } of columns) {
    await tx`
      select setval(pg_get_serial_sequence(${table}, ${column}), (select max(${tx(column)}) from ${tx(table)}))`
  }
}

async function countRows(tx: postgres.TransactionSql): Promise<Record<string, number>> {
  const tables = await tx<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' order by table_name`
  const counts: Record<string, number> = {}
  for (const { name } of tables) {
    const [row] = await tx<{ rows: number }[]>`select count(*)::int as rows from ${tx(name)}`
    counts[name] = row?.rows ?? 0
  }
  return counts
}
