import type postgres from 'postgres'

/** Tables whose rows refer to a customer. */
const ofCustomers = [
  ...['orders', 'invoices', 'tickets', 'calls', 'visits', 'notes', 'emails', 'logins', 'consents', 'carts', 'reviews'],
  ...['payments', 'returns', 'devices', 'coupons', 'surveys', 'chats', 'subscriptions'],
] as const
/** Tables whose rows refer to a row of one of those. */
const ofRows = {
  order_lines: 'orders',
  invoice_lines: 'invoices',
  ticket_messages: 'tickets',
  cart_lines: 'carts',
  chat_messages: 'chats',
} as const

/** 25 tables: customers, the addresses they refer to, 18 tables of their rows and 5 of rows of those. */
export const crmTables = ['customers', 'addresses', ...ofCustomers, ...Object.keys(ofRows)]

/** A CRM of so many rows in all, each table filled by one statement, with the indexes that such a database has. */
export async function fillCrm(sql: postgres.Sql, rows: number): Promise<void> {
  const each = Math.max(100, Math.round(rows / crmTables.length))
  await sql.unsafe(`
    create table addresses (id bigint primary key, street text, postcode text);
    insert into addresses select i, 'Kade ' || i, '1234 AB' from generate_series(1, ${each}) i;
    create table customers (id bigint primary key, first_name text, last_name text, email text not null, address_id bigint references addresses);
    insert into customers select i, 'Voor' || i, 'Achter' || i, 'person' || i || '@example.nl', i from generate_series(1, ${each}) i;
    create index on customers (lower(email));
    create index on customers (address_id);`)
  for (const table of ofCustomers)
    await sql.unsafe(`
      create table ${table} (id bigint primary key, customer_id bigint not null, happened date, remark text);
      insert into ${table} select i, 1 + (i * 7919::bigint) % ${each}, date '2024-01-01' + (i % 300)::int, 'remark ' || i from generate_series(1, ${each}) i;
      create index on ${table} (customer_id);
      alter table ${table} add foreign key (customer_id) references customers;`)
  for (const [table, other] of Object.entries(ofRows))
    await sql.unsafe(`
      create table ${table} (id bigint primary key, parent_id bigint not null, body text);
      insert into ${table} select i, 1 + (i * 104729::bigint) % ${each}, 'body ' || i from generate_series(1, ${each}) i;
      create index on ${table} (parent_id);
      alter table ${table} add foreign key (parent_id) references ${other};`)
  await sql.unsafe('vacuum analyze')
}

/** The data map of that CRM, as a person would write it. */
export function crmMap(): string {
  const child = (table: string, other: string, column: string) =>
    `  ${table}: {belongs_to: [{table: ${other}, on: {${column}: id}}], erase: delete}`
  return [
    'version: 1',
    'system: crm',
    'backups: {kept: P35D}',
    'tables:',
    '  customers: {subject: {email: email}, name: [first_name, last_name], erase: delete}',
    '  addresses: {belongs_to: [{table: customers, on: {id: address_id}}], erase: delete}',
    ...ofCustomers.map((table) => child(table, 'customers', 'customer_id')),
    ...Object.entries(ofRows).map(([table, other]) => child(table, other, 'parent_id')),
  ].join('\n')
}

/** One indexed query for each table, by hand. */
export function crmQueries(sql: postgres.Sql): (email: string) => Promise<number> {
  return async (email) => {
    const [person] = await sql<{ id: string; address_id: string }[]>`
      select id, address_id from customers where lower(email) = ${email}`
    if (!person) return 0
    const [address, others] = await Promise.all([
      sql`select id from addresses where id = ${person.address_id}`,
      Promise.all(ofCustomers.map((table) => sql`select id from ${sql(table)} where customer_id = ${person.id}`)),
    ])
    const rows = new Map(ofCustomers.map((table, i) => [table, others[i]?.map((row) => String(row.id)) ?? []]))
    const below = await Promise.all(
      Object.entries(ofRows).map(
        ([table, other]) => sql`select id from ${sql(table)} where parent_id = any(${rows.get(other) ?? []}::bigint[])`,
      ),
    )
    return 1 + address.length + [...others, ...below].reduce((sum, list) => sum + list.length, 0)
  }
}
