import type postgres from 'postgres'

/** Days of the two invoices of each customer: one within the seven years that it must be kept, one past them. */
const invoiceDays = ['current_date - 300', "date '2014-05-06'"]

/** A shop of so many customers with about twenty rows each, with the keys and indexes that such a database has. */
export async function fillShop(sql: postgres.Sql, customers: number): Promise<void> {
  const each = (rows: number) => `generate_series(0, ${customers * rows - 1}) as i`
  const of = (rows: number) => `1 + i / ${rows}`
  await sql.unsafe(`
    create table addresses (id bigint primary key, street text, postcode text, city text);
    insert into addresses select 1 + i, 'Kade ' || i, '1234 AB', 'Zwolle' from ${each(1)};
    create table customers (id bigint primary key, number varchar(40) not null unique, email text not null unique,
      phone varchar(20), first_name text, last_name text not null, born_on date,
      address_id bigint references addresses);
    insert into customers select 1 + i, 'K' || 1 + i, 'person' || 1 + i || '@example.nl', '+3161' || lpad(i::text, 7, '0'),
      'Voor' || i, 'Achter' || i, date '1960-01-01' + (i % 15000)::int, 1 + i from ${each(1)};
    create index on customers (lower(email));
    create index on customers (address_id);
    create table orders (id bigint primary key, customer_id bigint not null references customers, ordered_on date, ship_name text,
      ship_street text);
    insert into orders select 1 + i, ${of(3)}, date '2024-01-01' + (i % 300)::int, 'Voor' || i, 'Kade ' || i from ${each(3)};
    create table order_lines (id bigint primary key, order_id bigint not null references orders, product text, engraving text);
    insert into order_lines select 1 + i, ${of(2)}, 'Bel', 'Voor' || i from ${each(6)};
    create index on order_lines (order_id);
    create table invoices (id bigint primary key, customer_id bigint not null references customers, issued_on date not null,
      billing_name text, total numeric(10, 2));
    insert into invoices select 1 + i, ${of(2)}, case when i % 2 = 0 then ${invoiceDays.join(' else ')} end, 'Achter' || i, 12.5 from ${each(2)};
    create table tickets (id bigint primary key, customer_id bigint not null references customers, body text);
    insert into tickets select 1 + i, ${of(2)}, 'Waar blijft mijn bestelling ' || i from ${each(2)};
    create table notes (id bigint primary key, customer_id bigint not null references customers, body text);
    insert into notes select 1 + i, ${of(2)}, 'Belde over ' || i from ${each(2)};
    create table logins (id bigint primary key, customer_id bigint not null references customers, at timestamptz, ip inet);
    insert into logins select 1 + i, ${of(4)}, now(), '10.1.2.3' from ${each(4)};`)
  for (const table of ['orders', 'invoices', 'tickets', 'notes', 'logins'])
    await sql.unsafe(`create index on ${table} (customer_id)`)
  await sql.unsafe('vacuum analyze')
}

export const shopEmail = (customer: number) => `person${customer}@example.nl`

/** The data map of that shop, as a person would write it. */
export const shopMap = `
version: 1
system: shop
phone_country: NL
backups: {kept: P35D}
tables:
  customers:
    subject: {email: email}
    name: [first_name, last_name]
    erase: pseudonymise
    columns:
      number: {category: identity, with: pseudonym}
      email: {category: contact, with: pseudonym}
      phone: {category: contact, with: pseudonym}
      first_name: {category: identity, with: empty}
      last_name: {category: identity, with: pseudonym}
      born_on: {category: identity, with: {generalise: year}}
  addresses:
    belongs_to: [{table: customers, on: {id: address_id}}]
    erase: pseudonymise
    columns:
      street: {category: contact, with: empty}
      postcode: {category: contact, with: {truncate: 4}}
      city: {category: contact, with: keep}
  orders:
    belongs_to: [{table: customers, on: {customer_id: id}}]
    erase: pseudonymise
    columns:
      ship_name: {category: identity, with: empty}
      ship_street: {category: contact, with: empty}
  order_lines:
    belongs_to: [{table: orders, on: {order_id: id}}]
    erase: pseudonymise
    columns: {engraving: {category: content, with: empty}}
  invoices:
    belongs_to: [{table: customers, on: {customer_id: id}}]
    erase: pseudonymise
    columns: {billing_name: {category: identity, with: empty}}
    keep_for: {term: P7Y, from: issued_on, then: pseudonymise, basis: art. 52 AWR}
  tickets: {belongs_to: [{table: customers, on: {customer_id: id}}], erase: delete}
  notes: {belongs_to: [{table: customers, on: {customer_id: id}}], erase: delete}
  logins: {belongs_to: [{table: customers, on: {customer_id: id}}], erase: delete}
  erased_by_hand: {personal: false}
`
