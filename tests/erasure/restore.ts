import type { SmallCrm } from './small-crm'

/** Parents first. */
const tables = ['addresses', 'customers', 'invoices', 'invoice_lines', 'tickets', 'audit', 'chatter'] as const

type Backup = ReadonlyMap<string, readonly Readonly<Record<string, string | null>>[]>

/** What a backup of the small CRM would hold now. */
export async function backUp(crm: SmallCrm): Promise<Backup> {
  const order = (table: string) => (table === 'audit' ? 'parent_id' : 'id')
  const all = new Map<string, readonly Readonly<Record<string, string | null>>[]>()
  for (const table of tables) all.set(table, await crm.rows(`select * from ${table} order by ${order(table)}`))
  return all
}

/** Puts the small CRM back to a backup, as a restore does: our receipts are gone as well. */
export async function restore(crm: SmallCrm, backup: Backup): Promise<void> {
  await crm.run('drop table privacybalie_receipt')
  await crm.run('update customers set referred_by = null')
  for (const table of [...tables].reverse()) await crm.run(`delete from ${table}`)
  for (const [table, rows] of backup)
    for (const row of rows) {
      const values = Object.values(row).map((value) => (value === null ? 'null' : `'${value.replaceAll("'", "''")}'`))
      await crm.run(`insert into ${table} (${Object.keys(row).join(', ')}) values (${values.join(', ')})`)
    }
}
