import { createHash } from 'node:crypto'
import { openAdapter } from '~/systems/adapters/open-adapter.server'
import { keyword } from '~/systems/adapters/sql'
import type { Engine } from '~/systems/catalogue'
import { mariadb } from '~tests/support/mariadb'
import { createDatabase } from '~tests/support/postgres'

const schema = [
  `create table customers (id integer primary key, email varchar(120) not null unique, name varchar(60), notes text)`,
  `create table orders (id integer primary key, customer_id integer not null, what varchar(60), foreign key (customer_id) references customers (id))`,
  `create table invoices (id integer primary key, customer_id integer not null, issued_on date, billing_name varchar(60), foreign key (customer_id) references customers (id))`,
  `create table written (what varchar(20), id integer)`,
]

/** Every statement that changes a row of the customer leaves a line here, in the same transaction: a repeated step shows. */
const triggers: Record<Engine, string[]> = {
  postgres: [
    `create function write_down() returns trigger language plpgsql as $$ begin insert into written values (tg_table_name || ' ' || left(tg_op, 1), old.id); return coalesce(new, old); end $$`,
    ...['customers', 'orders', 'invoices'].map(
      (table) =>
        `create trigger write_down after update or delete on ${table} for each row execute function write_down()`,
    ),
  ],
  mysql: ['customers', 'orders', 'invoices'].flatMap((table) =>
    ['update', 'delete'].map(
      (event) =>
        `create trigger ${table}_${event} after ${event} on ${table} for each row insert into written values ('${table} ${event[0]?.toUpperCase() ?? ''}', old.id)`,
    ),
  ),
}

export const killMap = (system: string) => `
version: 1
system: ${system}
backups: {kept: P35D}
tables:
  customers:
    subject: {email: email}
    name: [name]
    erase: delete
    columns:
      email: {category: contact, with: pseudonym}
      name: {category: identity, with: empty}
      notes: {category: content, with: redact}
  orders:
    belongs_to: [{table: customers, on: {customer_id: id}}]
    erase: delete
    columns: {what: {category: content, with: empty}}
  invoices:
    belongs_to: [{table: customers, on: {customer_id: id}}]
    erase: pseudonymise
    columns: {billing_name: {category: identity, with: empty}}
    keep_for: {term: P7Y, from: issued_on, then: delete, basis: art. 52 AWR}
  written: {personal: false}
`

export const emailOf = (id: number) => `person${String(id)}@kill.example`

/** So many customers, two orders and an invoice within its term each; every second one has no invoice. */
export async function killCrm(engine: Engine, customers: number) {
  const url =
    engine === 'postgres' ? (await createDatabase('kill')).url : await (await mariadb())?.createDatabase('kill')
  if (!url) throw new Error('No MariaDB')
  const adapter = openAdapter({ engine, url, maxConnections: 3 })
  const run = (statement: string) => adapter.run(keyword(statement))
  const rows = (statement: string) => adapter.query(keyword(statement))
  const ids = Array.from({ length: customers }, (_, i) => i + 1)
  const text = (id: number) => String(id)
  for (const statement of schema) await run(statement)
  await run(
    `insert into customers values ${ids.map((id) => `(${text(id)}, '${emailOf(id)}', 'Person ${text(id)}', 'Wrote from ${emailOf(id)}')`).join(', ')}`,
  )
  await run(
    `insert into orders values ${ids.map((id) => `(${text(id)}, ${text(id)}, 'Bike'), (${text(id + 10_000)}, ${text(id)}, 'Bell')`).join(', ')}`,
  )
  await run(
    `insert into invoices values ${ids
      .filter((id) => id % 2 === 0)
      .map((id) => `(${text(id)}, ${text(id)}, '2025-06-01', 'Person ${text(id)}')`)
      .join(', ')}`,
  )
  for (const statement of triggers[engine]) await run(statement)
  return {
    engine,
    url,
    adapter,
    run,
    rows,
    /** A hash over every row that belongs to none of the first `erased` customers. */
    hashBeyond: async (erased: number) => {
      const hash = createHash('sha256')
      for (const [table, column] of [
        ['customers', 'id'],
        ['orders', 'customer_id'],
        ['invoices', 'customer_id'],
      ] as const)
        for (const row of await rows(`select * from ${table} where ${column} > ${text(erased)} order by id`))
          hash.update(JSON.stringify(row))
      return hash.digest('hex')
    },
    /** How often what was written, by customers with and without an invoice. */
    written: async (erased: number) => {
      const counted = new Map<string, number>()
      for (const { what, id, n } of await rows(`select what, id, count(*) as n from written group by what, id`)) {
        const customer = Number(id) > 10_000 ? Number(id) - 10_000 : Number(id)
        const name = `${what ?? ''} ${n ?? ''} times${customer > erased ? ' beyond' : ''}`
        counted.set(name, (counted.get(name) ?? 0) + 1)
      }
      return Object.fromEntries([...counted].sort())
    },
    close: () => adapter.close(),
  }
}

export type KillCrm = Awaited<ReturnType<typeof killCrm>>
