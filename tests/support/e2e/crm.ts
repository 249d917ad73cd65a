import type { Sql } from 'postgres'

/** A customer of the demo CRM as the portal's form asks for one. */
export type Customer = { id: number; number: string; name: string; email: string }

export const hero: Customer = {
  id: 1,
  number: 'K-10001',
  name: 'Sanne de Vries',
  email: 'sanne.devries@example.nl',
}

/**
 * The first customer with a higher id than `after` of whom `what` holds (SQL over `customers c`). Each test begins at an
 * id of its own: up to 40 are the people with a story and those of the demo's own requests.
 */
export async function customerAfter(crm: Sql, after: number, what = 'true'): Promise<Customer> {
  const [row] = await crm<Customer[]>`
    select c.id::int, c.number, c.full_name as name, c.email from customers c
    where c.id > ${Math.max(after, 40)} and c.deleted_at is null
      and (select count(*) from customers o where lower(o.email) = lower(c.email)) = 1
      and ${crm.unsafe(what)}
    order by c.id limit 1`
  if (!row) throw new Error(`No customer after ${after} fits ${what}`)
  return row
}

/**
 * Which rows are this customer's, written down by hand: one condition a table, over ids that are read now, so that it
 * names the same rows after they were rewritten. A shared address is everybody's, so nobody's alone.
 */
export async function rowsOf(crm: Sql, { id, email }: Customer): Promise<Map<string, string>> {
  const ids = async (query: string) => {
    const rows = await crm.unsafe<{ id: string }[]>(query, [id])
    return rows.length > 0 ? rows.map((row) => row.id).join(',') : 'null'
  }
  const invoices = await ids('select id from invoices where customer_id = $1')
  const orders = await ids('select id from orders where customer_id = $1')
  const tickets = await ids('select id from service_tickets where customer_id = $1')
  const addresses = await ids(`
    select a.id from addresses a
    where exists (select from customers c where c.id = $1 and a.id in (c.address_id, c.delivery_address_id))
      and not exists (select from customers c where c.id <> $1 and a.id in (c.address_id, c.delivery_address_id))
      and not exists (select from orders o where o.customer_id <> $1 and o.delivery_address_id = a.id)`)
  return new Map([
    ['customers', `id = ${id}`],
    ['addresses', `id in (${addresses})`],
    ['customer_accounts', `customer_id = ${id}`],
    ['bikes', `customer_id = ${id}`],
    ['orders', `customer_id = ${id}`],
    ['order_lines', `order_id in (${orders})`],
    ['invoices', `customer_id = ${id}`],
    ['invoice_lines', `invoice_id in (${invoices})`],
    ['payments', `invoice_id in (${invoices})`],
    ['service_contracts', `customer_id = ${id}`],
    ['service_tickets', `customer_id = ${id}`],
    ['ticket_messages', `ticket_id in (${tickets})`],
    ['newsletter_subscriptions', `lower(email) = lower('${email.replaceAll("'", "''")}')`],
    ['segment_members', `customer_id = ${id}`],
    ['contact_log', `subject_type = 'customer' and subject_id = ${id}`],
    ['customers_audit', `customer_id = ${id}`],
  ])
}

/** How many rows of each table fit its condition. */
export async function countRows(crm: Sql, rows: Map<string, string>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [table, hers] of rows) {
    const [row] = await crm.unsafe<{ count: number }[]>(`select count(*)::int from ${table} where ${hers}`)
    counts[table] = row?.count ?? 0
  }
  return counts
}

/** One hash a table over every row that is not this person's: all tables of the CRM, all columns, in a fixed order. */
export async function hashOfOthers(crm: Sql, rows: Map<string, string>): Promise<Record<string, string>> {
  const tables = await crm<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'privacybalie%'
    order by 1`
  const hashes: Record<string, string> = {}
  for (const { name } of tables) {
    const hers = rows.get(name) ?? 'false'
    const [row] = await crm.unsafe<{ hash: string }[]>(
      `select count(*) || ' ' || md5(coalesce(string_agg(t::text, chr(10) order by t::text), '')) as hash
       from ${name} t where not coalesce((${hers}), false)`,
    )
    hashes[name] = row?.hash ?? ''
  }
  return hashes
}
