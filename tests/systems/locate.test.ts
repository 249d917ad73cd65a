import { describe, expect, test } from 'vitest'
import { checkMap } from '~/systems/check-map'
import type { Engine } from '~/systems/catalogue'
import type { Identifiers } from '~/systems/located'
import { locate, type LocateOptions } from '~/systems/locate/locate'
import { parseDataMap } from '~/systems/parse-map'
import { crm, engines, hasMariadb } from './databases'

/** Applies a map without problems and locates; counts by table, `~` before shared ones. */
async function located(engine: Engine, script: string, tables: string, who: Identifiers, options: LocateOptions = {}) {
  const { adapter, catalogue } = await crm(engine, script)
  const parsed = parseDataMap(`version: 1\nsystem: crm\nbackups: {kept: P35D}\nunmapped: ignore\ntables:\n${tables}`)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const { problems, resolved } = checkMap(parsed.map, catalogue)
  expect(problems).toEqual([])
  const person = await locate(adapter, resolved, who, options)
  const counts: Record<string, number> = {}
  for (const [table, rows] of person.rows) counts[table] = rows.reduce((sum, row) => sum + row.count, 0)
  for (const [table, rows] of person.shared) counts[`~${table}`] = rows.length
  return { person, counts }
}

describe.each(engines)('locate on %s', (engine) => {
  test('a type + id link does not take the same id under another type', async () => {
    const { counts } = await located(
      engine,
      `create table customers (id int primary key, email varchar(100));
create table notes (id int primary key, parent_type varchar(20), parent_id int);
insert into customers values (1, ' Jan@Example.NL '), (2, 'piet@example.nl');
insert into notes values (1, 'Customer', 1), (2, 'Order', 1), (3, 'Customer', 2), (4, 'Lead', 1);`,
      `  customers: {subject: {email: email}, erase: delete}
  notes: {belongs_to: {table: customers, on: {parent_id: id}, where: {parent_type: [Customer, Lead]}}, erase: delete}`,
      { email: ['jan@example.nl'] },
    )
    expect(counts).toEqual({ customers: 1, notes: 2 })
  })

  test('accents count although the collation ignores them, and a phone is no run of digits inside something longer', async () => {
    const { counts } = await located(
      engine,
      `create table customers (id int primary key, email varchar(100), phone varchar(40));
insert into customers values (1, 'josé@example.nl', null), (2, 'jose@example.nl', null), (3, 'x@y.nl', '06-12 34 56 78'),
 (4, 'z@y.nl', '0031 6 12345678'), (5, 'a@y.nl', '9906123456781'), (6, 'b@y.nl', '+31 (0)6 12345678'), (7, 'c@y.nl', '006612345678');`,
      `  customers: {subject: {email: email, phone: phone}, erase: delete}`,
      { email: ['jose\u0301@example.nl'], phone: ['0612345678'] },
    )
    expect(counts).toEqual({ customers: 4 })
  })

  test('an e-mail address in a linked table finds the person, and stays when a lead uses it too', async () => {
    const script = (extra: string) => `create table contacts (id char(36) primary key, last_name varchar(50));
create table email_links (id int primary key, bean_id char(36), bean_module varchar(20), email_address_id int);
create table email_addresses (id int primary key, email_address varchar(100));
insert into contacts values ('a', 'Jansen'), ('b', 'Pietersen');
insert into email_addresses values (1, 'Jan@x.nl'), (2, 'piet@x.nl');
insert into email_links values (1, 'a', 'Contacts', 1), (2, 'b', 'Contacts', 2)${extra};`
    const tables = `  contacts:
    subject: {email: email_addresses.email_address}
    name: [last_name]
    erase: pseudonymise
    columns: {last_name: {category: identity, with: pseudonym}}
  email_links:
    belongs_to: [{table: contacts, on: {bean_id: id}, where: {bean_module: Contacts}}]
    erase: delete
  email_addresses:
    belongs_to: [{table: email_links, on: {id: email_address_id}}]
    erase: delete
    columns: {email_address: {category: contact, with: pseudonym}}`
    const alone = await located(engine, script(''), tables, { email: ['jan@x.nl'] })
    expect(alone.counts).toEqual({ contacts: 1, email_links: 1, email_addresses: 1 })
    const both = await located(engine, script(`, (3, 'l', 'Leads', 1)`), tables, { email: ['jan@x.nl'] })
    expect(both.counts).toEqual({ contacts: 1, email_links: 1, '~email_addresses': 1 })
    expect(both.person.ties).toMatchObject([{ table: 'email_links', columns: ['email_address_id'], shared: true }])
  })

  test('a household address shared by column stays, and what hangs on it alone stays with it', async () => {
    const script = (second: string) => `create table addresses (id int primary key, street varchar(50));
create table customers (id int primary key, email varchar(100), name varchar(50), address_id int references addresses (id));
create table meters (id int primary key, address_id int);
insert into addresses values (1, 'Kade 1'), (2, 'Plein 2');
insert into customers values (1, 'a@x.nl', 'A', 1), (2, 'b@x.nl', 'B', ${second});
insert into meters values (1, 1), (2, 2);`
    const tables = `  customers: {subject: {email: email}, name: name, erase: delete}
  addresses: {belongs_to: {table: customers, on: {id: address_id}}, erase: delete}
  meters: {belongs_to: {table: addresses, on: {address_id: id}}, erase: delete}`
    expect((await located(engine, script('2'), tables, { email: ['a@x.nl'] })).counts).toEqual({
      customers: 1,
      addresses: 1,
      meters: 1,
    })
    expect((await located(engine, script('1'), tables, { email: ['a@x.nl'] })).counts).toEqual({
      customers: 1,
      '~addresses': 1,
    })
  })

  test('an activity with another participant in its join table is shared; its own attachments do not make it so', async () => {
    const script = (other: string) => `create table contacts (id int primary key, email varchar(100), name varchar(20));
create table activities (id int primary key, subject varchar(50));
create table participants (activity_id int, contact_id int, role varchar(9), primary key (activity_id, contact_id, role),
  foreign key (activity_id) references activities (id), foreign key (contact_id) references contacts (id));
create table attachments (id int primary key, activity_id int, foreign key (activity_id) references activities (id));
insert into contacts values (1, 'a@x.nl', 'A'), (2, 'b@x.nl', 'B');
insert into activities values (1, 'call'), (2, 'visit');
insert into participants values (1, 1, 'target'), (1, 1, 'source')${other};
insert into attachments values (1, 1), (2, 2);`
    const tables = `  contacts: {subject: {email: email}, name: name, erase: delete, columns: {email: {category: contact, with: empty}, name: {category: identity, with: empty}}}
  activities: {belongs_to: {table: participants, on: {id: activity_id}}, erase: delete}
  participants: {belongs_to: [{table: contacts, on: {contact_id: id}}, {table: activities, on: {activity_id: id}}], erase: delete}
  attachments: {belongs_to: {table: activities, on: {activity_id: id}}, erase: delete}`
    expect((await located(engine, script(''), tables, { email: ['a@x.nl'] })).counts).toEqual({
      contacts: 1,
      activities: 1,
      participants: 2,
      attachments: 1,
    })
    const shared = await located(engine, script(", (1, 2, 'target')"), tables, { email: ['a@x.nl'] })
    expect(shared.counts).toEqual({ contacts: 1, participants: 2, '~activities': 1 })
    const narrowed = tables.replace(
      'erase: delete}\n  participants',
      `erase: delete, shared_by: [{table: participants, where: {role: source}}]}\n  participants`,
    )
    expect((await located(engine, script(", (1, 2, 'target')"), narrowed, { email: ['a@x.nl'] })).counts).toEqual({
      contacts: 1,
      activities: 1,
      participants: 3,
      attachments: 1,
    })
  })

  test('another person reached by a link is not taken and ends the walk; an organisation is nobody', async () => {
    const { counts, person } = await located(
      engine,
      `create table contacts (id int primary key, kind varchar(20), email varchar(100), name varchar(20), mentor_id int);
create table calls (id int primary key, contact_id int);
insert into contacts values (1, 'Individual', 'a@x.nl', 'A', null), (2, 'Individual', 'b@x.nl', 'B', 1), (3, 'Organization', 'c@x.nl', 'C', 1);
insert into calls values (1, 1), (2, 2), (3, 3);`,
      `  contacts: {subject: {email: email, where: {kind: Individual}}, name: name, belongs_to: {table: contacts, on: {mentor_id: id}}, erase: delete}
  calls: {belongs_to: {table: contacts, on: {contact_id: id}}, erase: delete}`,
      { email: ['a@x.nl', 'c@x.nl'] },
    )
    expect(counts).toEqual({ contacts: 1, calls: 1 })
    expect(person.others).toEqual([{ table: 'contacts', rows: 1, keys: [['2']] }])
  })

  test('two rows with names are two persons until somebody chooses; without names all are the person', async () => {
    const script = `create table contacts (id int primary key, email varchar(100), name varchar(20), born date);
create table newsletter (email varchar(100), list int, primary key (email, list));
insert into contacts values (1, 'fam@x.nl', 'A', '1980-01-01'), (2, 'fam@x.nl', 'B', '1990-01-01'), (3, 'fam+b@x.nl', 'B', '1990-01-01');
insert into newsletter values ('Fam@x.nl', 1), ('fam@x.nl', 2);`
    const tables = `  contacts: {subject: {email: email}, name: name, facts: {birth_date: born}, erase: delete}
  newsletter: {subject: {email: email}, erase: delete}`
    const who = { email: ['fam@x.nl'] }
    const unclear = await located(engine, script, tables, who)
    expect(unclear.person).toMatchObject({ ambiguous: true, candidates: [{ key: ['1'] }, { key: ['2'] }] })
    expect(unclear.counts).toEqual({})
    const chosen = await located(engine, script, tables, who, { subjects: [{ table: 'contacts', key: ['2'] }] })
    expect(chosen.counts).toEqual({ contacts: 1, newsletter: 2 })
    expect(chosen.person.suggestions.map((s) => [s.why, s.keys])).toEqual(
      expect.arrayContaining([
        ['plus_address', [['3']]],
        ['same_name_and_birth_date', [['3']]],
      ]),
    )
    const byFact = await located(engine, script, tables, who, { facts: { birth_date: '1980-01-01' } })
    expect(byFact.person.rows.get('contacts')?.map((row) => row.key)).toEqual([['1']])
  })

  test('a chosen row that no proven identifier finds is never taken, and is named', async () => {
    const script = `create table contacts (id int primary key, email varchar(100), first_name varchar(50), converted_from int);
create table leads (id int primary key, email varchar(100), first_name varchar(50));
insert into contacts values (1, 'jan@x.nl', 'Jan', 7), (2, 'piet@x.nl', 'Piet', null), (3, 'piet@x.nl', 'Petra', 8);
insert into leads values (7, null, 'Jan'), (8, null, 'Petra'), (9, 'els@x.nl', 'Els');`
    const tables = `  leads: {subject: {email: email}, name: [first_name], erase: delete}
  contacts:
    subject: {email: email}
    name: [first_name]
    erase: delete
    same_person: [{table: leads, on: {converted_from: id}}]`
    const jan = { email: ['jan@x.nl'] }
    const [stranger, lead] = [
      { table: 'contacts', key: ['2'] },
      { table: 'leads', key: ['9'] },
    ]
    const besides = await located(engine, script, tables, jan, { subjects: [stranger, lead] })
    expect(besides.counts).toEqual({ contacts: 1 })
    expect(besides.person.unfounded).toEqual([stranger, lead])
    const nobody = await located(engine, script, tables, { email: ['no@x.nl'] }, { subjects: [stranger] })
    expect(nobody.counts).toEqual({})
    expect(nobody.person.unfounded).toEqual([stranger])
    const among = await located(
      engine,
      script,
      tables,
      { email: ['piet@x.nl'] },
      {
        subjects: [
          { table: 'contacts', key: ['3'] },
          { table: 'contacts', key: ['1'] },
        ],
      },
    )
    expect(among.person.rows.get('contacts')?.map((row) => row.key)).toEqual([['3']])
    expect(among.person.unfounded).toEqual([{ table: 'contacts', key: ['1'] }])
  })

  test('a same person of the map is taken when a person confirms it, and only that of this person', async () => {
    const script = `create table contacts (id int primary key, email varchar(100), converted_from int);
create table leads (id int primary key, email varchar(100));
insert into contacts values (1, 'jan@x.nl', 7), (2, 'piet@x.nl', 8);
insert into leads values (7, null), (8, null);`
    const tables = `  leads: {subject: {email: email}, erase: delete}
  contacts: {subject: {email: email}, erase: delete, same_person: [{table: leads, on: {converted_from: id}}]}`
    const subjects = [
      { table: 'leads', key: ['7'] },
      { table: 'leads', key: ['8'] },
    ]
    const { person } = await located(engine, script, tables, { email: ['jan@x.nl'] }, { subjects })
    expect(person.rows.get('leads')?.map((row) => row.key)).toEqual([['7']])
    expect(person.unfounded).toEqual([{ table: 'leads', key: ['8'] }])
  })

  test('composite keys, a key that is not primary, a cycle and a self-reference', async () => {
    const { counts, person } = await located(
      engine,
      `create table customers (tenant int, no int, email varchar(100) not null unique, referred_by int, primary key (tenant, no));
create table orders (tenant int, id int, customer_no int, last_line int, primary key (tenant, id));
create table order_lines (id int primary key, tenant int, order_id int);
create table logins (id int primary key, mail varchar(100), foreign key (mail) references customers (email));
insert into customers values (1, 1, 'a@x.nl', null), (2, 1, 'b@x.nl', 1), (1, 2, 'c@x.nl', 1);
insert into orders values (1, 1, 1, 1), (2, 1, 1, 2), (1, 2, 2, null);
insert into order_lines values (1, 1, 1), (2, 2, 1), (3, 1, 1), (4, 1, 2);
insert into logins values (1, 'a@x.nl'), (2, 'b@x.nl');`,
      `  customers: {subject: {email: email}, erase: delete, links_to: {table: customers, on: {tenant: tenant, referred_by: no}}}
  orders: {belongs_to: [{table: customers, on: {tenant: tenant, customer_no: no}}, {table: order_lines, on: {last_line: id}}], erase: delete}
  order_lines: {belongs_to: {table: orders, on: {tenant: tenant, order_id: id}}, erase: delete}
  logins: {belongs_to: {table: customers, on: {mail: email}}, erase: delete}`,
      { email: ['a@x.nl'] },
    )
    expect(counts).toEqual({ customers: 1, orders: 1, order_lines: 2, logins: 1 })
    expect(person.cuts).toMatchObject([
      { table: 'customers', rows: [{ key: ['1', '2'], onto: ['1', '1'], inSet: false }] },
    ])
  })

  test('a history table without a key is found by its link, equal rows counted', async () => {
    const { counts } = await located(
      engine,
      `create table customers (id int primary key, email varchar(100));
create table customers_audit (parent_id int, before_value varchar(50));
insert into customers values (1, 'a@x.nl'), (2, 'b@x.nl');
insert into customers_audit values (1, 'x'), (1, 'x'), (1, null), (2, 'x');`,
      `  customers: {subject: {email: email}, erase: delete}
  customers_audit: {belongs_to: {table: customers, on: {parent_id: id}}, history: true, erase: delete}`,
      { email: ['a@x.nl'] },
    )
    expect(counts).toEqual({ customers: 1, customers_audit: 3 })
  })

  test('links between columns of different types, and rows that a login name adds', async () => {
    const { counts } = await located(
      engine,
      `create table users (id int primary key, email varchar(100));
create table logs (id int primary key, ref varchar(20));
create table logins (id int primary key, name varchar(100));
insert into users values (12, 'a@x.nl'), (13, 'b@x.nl');
insert into logs values (1, '12'), (2, '12abc'), (3, '13');
insert into logins values (1, 'A@X.nl'), (2, 'b');`,
      `  users: {subject: {email: email}, erase: delete}
  logs: {belongs_to: {table: users, on: {ref: id}}, erase: delete}
  logins: {also: {email: name}, erase: delete}`,
      { email: ['a@x.nl'] },
    )
    expect(counts).toEqual({ users: 1, logs: 1, logins: 1 })
  })
})

test('partitions are read by their parent, heirs one by one, odd names and other schemas as they are', async () => {
  const { counts } = await located(
    'postgres',
    `create schema "Sales Force";
create table "Sales Force"."Order ""X""" ("select" int primary key, "E-mail Ünï" text);
create table events (id int, at date, who int, primary key (id, at)) partition by range (at);
create table events_a partition of events for values from ('2024-01-01') to ('2025-01-01');
create table notes (id int primary key, who int);
create table call_notes (primary key (id)) inherits (notes);
insert into "Sales Force"."Order ""X""" values (1, 'a@x.nl'), (2, 'b@x.nl');
insert into events values (1, '2024-02-02', 1), (2, '2024-02-02', 2);
insert into notes values (1, 1);
insert into call_notes values (2, 1), (3, 1);`,
    `  'Sales Force.Order "X"': {subject: {email: E-mail Ünï}, erase: delete}
  events: {belongs_to: {table: 'Sales Force.Order "X"', on: {who: select}}, erase: delete}
  notes: {belongs_to: {table: 'Sales Force.Order "X"', on: {who: select}}, erase: delete}
  call_notes: {belongs_to: {table: 'Sales Force.Order "X"', on: {who: select}}, erase: delete}`,
    { email: ['a@x.nl'] },
  )
  expect(counts).toEqual({ 'Sales Force.Order "X"': 1, events: 1, notes: 1, call_notes: 2 })
})

test.skipIf(!hasMariadb)(
  'tables with different collations and character sets are joined without an error',
  async () => {
    const { counts } = await located(
      'mysql',
      `create table a (id varchar(36) primary key, email varchar(100)) charset latin1;
create table b (id int primary key, a_id varchar(36)) charset utf8mb4 collate utf8mb4_general_ci;
create table c (id int primary key, mail varchar(100)) charset utf8mb4 collate utf8mb4_unicode_ci;
insert into a values ('x', 'josé@x.nl'), ('y', 'jose@x.nl');
insert into b values (1, 'x'), (2, 'y');
insert into c values (1, 'josé@x.nl'), (2, 'jose@x.nl');`,
      `  a: {subject: {email: email}, erase: delete}
  b: {belongs_to: {table: a, on: {a_id: id}}, erase: delete}
  c: {belongs_to: {table: a, on: {mail: email}}, erase: delete}`,
      { email: ['josé@x.nl'] },
    )
    expect(counts).toEqual({ a: 1, b: 1, c: 1 })
  },
)
