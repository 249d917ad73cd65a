import { describe, expect, test } from 'vitest'
import { SystemError, type Dialect } from '~/systems/adapters/adapter'
import { parameter, sql } from '~/systems/adapters/sql'
import { columnOf, rowKeyColumns, tableById, type Catalogue } from '~/systems/catalogue'
import { createHmac } from 'node:crypto'
import { crm, databaseWith, engines, hasMariadb } from './databases'

function table(catalogue: Catalogue, id: string) {
  const found = tableById(catalogue, id)
  if (!found) throw new Error(`no ${id}`)
  return found
}

describe('the catalogue of a PostgreSQL', () => {
  test('tells tables, keys, types, partitions, heirs, views and references apart', async () => {
    const { catalogue } = await crm(
      'postgres',
      `create schema "Sales Force";
create type mood as enum ('happy', 'sad');
create domain short as varchar(12) check (value <> '');
create table customers (id bigint generated always as identity primary key, email text unique not null check (email like '%@%'),
  mood mood default 'happy', tags text[], body jsonb, find tsvector generated always as (to_tsvector('simple', email)) stored,
  code char(4), nick short, balance numeric(12,2), photo bytea, token uuid, boss bigint references customers on delete set null);
create unique index customers_code on customers (code);
create unique index customers_lower on customers (lower(email));
create table "Sales Force"."Order ""X""" ("select" int, "Ünï" int, primary key ("select", "Ünï"),
  mail text references customers (email) on update cascade on delete cascade);
create table events (id int, at date not null, customer_id bigint references customers, primary key (id, at)) partition by range (at);
create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');
create table notes (id int primary key);
create table call_notes (phone text) inherits (notes);
create view everyone as select * from customers;`,
    )
    const customers = table(catalogue, 'customers')
    expect(customers.primaryKey).toEqual(['id'])
    expect(customers.uniqueKeys.map((k) => k.columns)).toEqual([['code'], ['email']])
    expect(customers.columns.map((c) => c.family)).toEqual([
      'integer', 'text', 'enum', 'array', 'json', 'tsvector', 'text', 'text', 'decimal', 'binary', 'uuid', 'integer',
    ]) // prettier-ignore
    expect(columnOf(customers, 'mood')?.enumValues).toEqual(['happy', 'sad'])
    expect(columnOf(customers, 'nick')).toMatchObject({ length: 12, family: 'text' })
    expect(columnOf(customers, 'balance')).toMatchObject({ precision: 12, scale: 2 })
    expect(columnOf(customers, 'find')?.generated).toBe(true)
    expect(customers.checks.map((c) => c.columns).flat()).toContain('nick')
    const order = table(catalogue, 'Sales Force.Order "X"')
    expect(rowKeyColumns(order)).toEqual(['select', 'Ünï'])
    expect(order.foreignKeys[0]).toMatchObject({
      referencedTable: 'customers',
      referencedColumns: ['email'],
      onDelete: 'cascade',
      onUpdate: 'cascade',
    })
    expect(table(catalogue, 'events').kind).toBe('partitioned')
    expect(table(catalogue, 'events_2024')).toMatchObject({ kind: 'partition', inheritsFrom: ['events'] })
    expect(table(catalogue, 'events_2024').foreignKeys).toEqual([])
    expect(table(catalogue, 'notes').hasHeirs).toBe(true)
    expect(table(catalogue, 'call_notes').inheritsFrom).toEqual(['notes'])
    expect(table(catalogue, 'everyone').kind).toBe('view')
  })
})

describe.skipIf(!hasMariadb)('the catalogue of a MariaDB', () => {
  test('tells tables, keys, types, generated columns, engines and references apart', async () => {
    const { catalogue } = await crm(
      'mysql',
      `create table customers (id int unsigned auto_increment primary key, email varchar(190) not null unique, mood enum('happy','s''ad'),
  body json, active tinyint(1) not null default 1, full_name varchar(50) as (concat(email, '!')) stored, photo blob,
  amount decimal(10,2), note text, check (email like '%@%'));
create table orders (id int primary key, customer_id int unsigned not null, key k (customer_id),
  constraint fk_c foreign key (customer_id) references customers (id) on delete cascade);
create table \`odd \`\`name\` (\`key\` varchar(20), \`from\` date) engine=MyISAM;
create view v as select id from orders;`,
    )
    const customers = table(catalogue, 'customers')
    expect(customers.columns.map((c) => c.family)).toEqual([
      'integer', 'text', 'enum', 'json', 'boolean', 'text', 'binary', 'decimal', 'text',
    ]) // prettier-ignore
    expect(columnOf(customers, 'mood')?.enumValues).toEqual(['happy', "s'ad"])
    expect(columnOf(customers, 'full_name')?.generated).toBe(true)
    expect(customers.primaryKey).toEqual(['id'])
    expect(customers.uniqueKeys.map((k) => k.columns)).toEqual([['email']])
    expect(table(catalogue, 'orders').foreignKeys[0]).toMatchObject({ name: 'fk_c', onDelete: 'cascade' })
    expect(table(catalogue, 'odd `name').transactional).toBe(false)
    expect(table(catalogue, 'v').kind).toBe('view')
  })
})

describe.each(engines)('an adapter on %s', (engine) => {
  test('hashes and compares in the engine as JavaScript does', async () => {
    const adapter = await databaseWith(engine, [
      'create table t (a varchar(50), n int)',
      "insert into t values ('Zoë 🚲', 12)",
    ])
    const dialect: Dialect = adapter.dialect
    const key = Buffer.alloc(32, 7)
    const [row] = await adapter.query(
      sql`SELECT ${dialect.hmac(sql`a`, key)} AS mac, ${dialect.trim(parameter('\u00a0 x\t'))} AS trimmed, n AS n FROM t WHERE a = ${'Zoë 🚲'}`,
    )
    expect(row).toEqual({ mac: createHmac('sha256', key).update('Zoë 🚲').digest('hex'), trimmed: 'x', n: '12' })
  })

  test('gives an error of the database as a code and names, never its words', async () => {
    const adapter = await databaseWith(engine, [
      'create table t (id int primary key, secret varchar(20), constraint just_one unique (secret))',
      "insert into t values (1, 'Rosalinde')",
    ])
    const error: unknown = await adapter.run(sql`INSERT INTO t VALUES (2, ${'Rosalinde'})`).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(SystemError)
    expect(error).toMatchObject({
      kind: 'constraint',
      constraint: 'just_one',
      code: engine === 'postgres' ? '23505' : '1062',
    })
    expect(JSON.stringify(error) + String(error)).not.toContain('Rosalinde')
  })

  test('rolls a transaction back when its work throws, and streams in portions', async () => {
    const adapter = await databaseWith(engine, ['create table t (id int primary key)'])
    await expect(
      adapter.transaction(async (tx) => {
        await tx.run(sql`INSERT INTO t VALUES (1), (2), (3)`)
        const sizes: number[] = []
        for await (const rows of tx.stream(sql`SELECT id FROM t ORDER BY id`, 2)) sizes.push(rows.length)
        expect(sizes).toEqual([2, 1])
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await adapter.query(sql`SELECT id FROM t`)).toEqual([])
  })

  test('refuses a host before a byte is sent', async () => {
    const { openAdapter } = await import('~/systems/adapters/open-adapter.server')
    const adapter = openAdapter({
      engine,
      url: `${engine}://u:p@127.0.0.1:1/x`,
      checkHost: () => Promise.resolve({ ok: false }),
    })
    await expect(adapter.query(sql`SELECT 1`)).rejects.toMatchObject({ name: 'SystemError', kind: 'refused' })
  })
})
