import { randomBytes, randomUUID } from 'node:crypto'
import type postgres from 'postgres'

/** Where the work by hand says what it did. */
export async function makeReceiptByHand(sql: postgres.Sql): Promise<void> {
  await sql`create table if not exists erased_by_hand (run uuid primary key, at timestamptz not null default now(), deleted int, rewritten int)`
}

/**
 * Erases one customer of the shop (`fill-shop.ts`) as somebody would write it for this one schema: one transaction that finds
 * the rows, writes a receipt, rewrites and deletes them by key, looks again, and commits. What can be sent at once is.
 */
export async function eraseByHand(sql: postgres.Sql, email: string): Promise<void> {
  const key = randomBytes(32)
  await sql.begin(async (tx) => {
    const run = randomUUID()
    const [receipt, [customer]] = await Promise.all([
      tx`insert into erased_by_hand (run) values (${run})`,
      tx<{ id: string; address_id: string }[]>`
        select id, address_id from customers where lower(email) = ${email} for update`,
    ])
    if (receipt.count !== 1 || !customer) throw new Error(`Nobody has ${email}`)
    const { id, address_id: address } = customer
    const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id)
    const [orders, lines, old, kept, tickets, notes, logins] = await Promise.all([
      tx<{ id: string }[]>`select id from orders where customer_id = ${id} for update`.then(ids),
      tx<{ id: string }[]>`
        select order_lines.id from order_lines join orders on orders.id = order_id where customer_id = ${id}
        for update of order_lines`.then(ids),
      tx<{ id: string }[]>`
        select id from invoices where customer_id = ${id} and issued_on < current_date - interval '7 years' for update`.then(
        ids,
      ),
      tx`select * from invoices where customer_id = ${id} and issued_on >= current_date - interval '7 years'`,
      tx<{ id: string }[]>`select id from tickets where customer_id = ${id} for update`.then(ids),
      tx<{ id: string }[]>`select id from notes where customer_id = ${id} for update`.then(ids),
      tx<{ id: string }[]>`select id from logins where customer_id = ${id} for update`.then(ids),
    ])
    const rewritten = await Promise.all([
      tx`update customers set
          number = left(encode(sha256(${key} || convert_to(number, 'UTF8')), 'hex'), 20),
          email = left(encode(sha256(${key} || convert_to(email, 'UTF8')), 'hex'), 20) || '@erased.invalid',
          phone = translate(left(encode(sha256(${key} || convert_to(phone, 'UTF8')), 'hex'), 11), 'abcdef', '012345'),
          first_name = null, last_name = left(encode(sha256(${key} || convert_to(last_name, 'UTF8')), 'hex'), 12),
          born_on = date_trunc('year', born_on)
        where id = ${id} returning number, email, phone, last_name`,
      tx`update addresses set street = null, postcode = left(postcode, 4) where id = ${address}`,
      tx`update orders set ship_name = null, ship_street = null where id = any(${orders}::bigint[])`,
      tx`update order_lines set engraving = null where id = any(${lines}::bigint[])`,
      tx`update invoices set billing_name = null where id = any(${old}::bigint[])`,
    ])
    const deleted = await Promise.all([
      tx`delete from tickets where id = any(${tickets}::bigint[])`,
      tx`delete from notes where id = any(${notes}::bigint[])`,
      tx`delete from logins where id = any(${logins}::bigint[])`,
    ])
    const met = (results: readonly { count: number }[]) => results.reduce((sum, { count }) => sum + count, 0)
    const [, found, customerNow, keptNow, left] = await Promise.all([
      tx`update erased_by_hand set deleted = ${met(deleted)}, rewritten = ${met(rewritten)} where run = ${run}`,
      tx`select 1 from customers where lower(email) = ${email}`,
      tx`select number, email, phone, last_name from customers where id = ${id}`,
      tx`select * from invoices where customer_id = ${id} and issued_on >= current_date - interval '7 years'`,
      tx`select 1 from tickets where customer_id = ${id} union all select 1 from notes where customer_id = ${id}
        union all select 1 from logins where customer_id = ${id}
        union all select 1 from orders where customer_id = ${id} and (ship_name is not null or ship_street is not null)`,
    ])
    const asSent = JSON.stringify(customerNow[0]) === JSON.stringify(rewritten[0][0])
    if (found.length + left.length > 0 || !asSent || JSON.stringify(kept) !== JSON.stringify(keptNow))
      throw new Error(`Something of ${email} is left`)
  })
}
