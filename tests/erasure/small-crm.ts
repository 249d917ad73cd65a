import { createHash } from 'node:crypto'
import type { DatabaseAdapter } from '~/systems/adapters/adapter'
import { keyword } from '~/systems/adapters/sql'
import { openAdapter } from '~/systems/adapters/open-adapter.server'
import type { Engine } from '~/systems/catalogue'
import { mariadb } from '~tests/support/mariadb'
import { createDatabase } from '~tests/support/postgres'

/** False where this machine has no MariaDB and can't get one (said on stderr). */
export const engines: readonly Engine[] = (await mariadb()) === undefined ? ['postgres'] : ['postgres', 'mysql']

const schema = `
create table addresses (id integer primary key, street varchar(60), city varchar(40));
create table customers (id integer primary key, number varchar(20) not null unique, email varchar(120) not null unique,
  phone varchar(20), first_name varchar(40), last_name varchar(60) not null, born_on date, notes text, address_id integer,
  referred_by integer, opt_in integer not null default 1,
  foreign key (address_id) references addresses (id), foreign key (referred_by) references customers (id));
create table invoices (id integer primary key, customer_id integer not null, issued_on date, billing_name varchar(60),
  archived integer not null default 0, foreign key (customer_id) references customers (id));
create table invoice_lines (id integer primary key, invoice_id integer not null, what varchar(60),
  foreign key (invoice_id) references invoices (id));
create table tickets (id integer primary key, customer_number varchar(20), body text);
create table audit (parent_id integer, field varchar(40), old_value varchar(200));
create table chatter (id integer primary key, said text);
`

export const map = `
version: 1
system: shop
phone_country: NL
backups: {kept: P35D}
tables:
  customers:
    label: {nl: Klantgegevens, en: Customer record}
    subject: {email: email, phone: phone, customer_number: number}
    facts: {birth_date: born_on}
    name: [first_name, last_name]
    erase: delete
    columns:
      number: {category: identity, with: pseudonym}
      email: {category: contact, with: pseudonym}
      phone: {category: contact, with: pseudonym}
      first_name: {category: identity, with: empty}
      last_name: {category: identity, with: pseudonym}
      born_on: {category: identity, with: {generalise: year}}
      notes: {category: content, with: redact}
    links_to: [{table: customers, on: {referred_by: id}}]
    on_objection: {to: direct_marketing, set: {opt_in: 0}}
  addresses:
    belongs_to: [{table: customers, on: {id: address_id}}]
    erase: delete
    columns: {street: {category: contact, with: empty}}
  invoices:
    label: {nl: Facturen, en: Invoices}
    belongs_to: [{table: customers, on: {customer_id: id}}]
    erase: pseudonymise
    columns: {billing_name: {category: identity, with: empty}}
    keep_for: {term: P7Y, from: issued_on, until: year_end, basis: art. 52 AWR, then: delete}
    while_kept: {set: {archived: 1}}
  invoice_lines:
    belongs_to: [{table: invoices, on: {invoice_id: id}}]
    erase: delete
    columns: {what: {category: content, with: empty}}
  tickets:
    belongs_to: [{table: customers, on: {customer_number: number}}]
    erase: delete
    columns: {body: {category: content, with: empty}}
  audit:
    belongs_to: [{table: customers, on: {parent_id: id}}]
    history: true
    erase: delete
  chatter: {personal: false}
`

const people = (n: number) =>
  Array.from({ length: n }, (_, i) => {
    const id = i + 1
    // Persons 1 and 2 live together; everybody else alone.
    const address = Math.max(id, 2)
    return `(${String(id)}, 'K-10${String(id).padStart(3, '0')}', 'person${String(id)}@shop.example', '06123456${String(id).padStart(2, '0')}', 'Anna${String(id)}', 'Bakker${String(id)}', '1980-05-${String(10 + (id % 18))}', 'Called person${String(id)}@shop.example about a bike', ${String(address)}, ${id > 3 ? '3' : 'null'})`
  })

const content = [
  `insert into addresses select 2, 'Dorpsstraat 2', 'Utrecht'`,
  ...Array.from(
    { length: 10 },
    (_, i) => `insert into addresses values (${String(i + 3)}, 'Laan ${String(i)}', 'Breda')`,
  ),
  `insert into customers (id, number, email, phone, first_name, last_name, born_on, notes, address_id, referred_by) values ${people(12).join(', ')}`,
  ...Array.from({ length: 12 }, (_, i) => {
    const id = i + 1
    return `insert into invoices (id, customer_id, issued_on, billing_name) values (${String(id * 10)}, ${String(id)}, '2024-06-01', 'Anna${String(id)}'), (${String(id * 10 + 1)}, ${String(id)}, '2015-06-01', 'Anna${String(id)}')`
  }).filter((_, i) => i !== 3),
  `insert into invoice_lines select id, id, 'Bell' from invoices`,
  `insert into tickets select id, number, concat('Help, ', email) from customers`,
  `insert into audit select id, 'last_name', 'Old' from customers`,
  `insert into audit select id, 'last_name', 'Old' from customers`,
  `insert into chatter values (1, 'nothing of note')`,
]

export interface SmallCrm {
  readonly engine: Engine
  readonly url: string
  readonly adapter: DatabaseAdapter
  run(statement: string): Promise<number>
  rows(statement: string): Promise<readonly Readonly<Record<string, string | null>>[]>
  /** A hash over every row of these tables that the condition leaves out of the plan. */
  hashOf(tables: Readonly<Record<string, string>>): Promise<Record<string, string>>
  close(): Promise<void>
}

/** A shop of twelve customers: 1 and 2 share an address, 4 has no invoice, from 4 on all were referred by 3. */
export async function smallCrm(engine: Engine): Promise<SmallCrm> {
  const url =
    engine === 'postgres' ? (await createDatabase('shop')).url : await (await mariadb())?.createDatabase('shop')
  if (!url) throw new Error('No MariaDB')
  const adapter = openAdapter({ engine, url, maxConnections: 3 })
  for (const statement of [...schema.split(';\n').filter((each) => each.trim()), ...content])
    await adapter.run(keyword(statement))
  const rows = (statement: string) => adapter.query(keyword(statement))
  return {
    engine,
    url,
    adapter,
    run: (statement) => adapter.run(keyword(statement)),
    rows,
    hashOf: async (tables) => {
      const hashes: Record<string, string> = {}
      for (const [table, where] of Object.entries(tables)) {
        const lines = (await rows(`select * from ${table} where ${where}`)).map((row) => JSON.stringify(row)).sort()
        hashes[table] = `${String(lines.length)} ${createHash('sha256').update(lines.join('\n')).digest('hex')}`
      }
      return hashes
    },
    close: () => adapter.close(),
  }
}
