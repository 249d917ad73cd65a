import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hostAllowed } from '~/systems/hosts'
import { mapJsonSchema, parseDataMap } from '~/systems/parse-map'
import { phoneSpellings, normalisePhone } from '~/systems/normalise-identifier'
import { checkMap } from '~/systems/check-map'
import { crm } from './databases'

const example = readFileSync(new URL('./example-map.yaml', import.meta.url), 'utf8')

describe('reading a data map', () => {
  test('the whole example of version 1 is read', () => {
    const parsed = parseDataMap(example)
    expect(parsed.ok ? [] : parsed.problems).toEqual([])
    if (!parsed.ok) return
    const { customers, invoices, email_links, contacts } = parsed.map.tables
    expect(customers?.subject?.identifiers.phone?.map((c) => c.column)).toEqual(['phone', 'mobile'])
    expect(customers?.columns.preferences?.with).toEqual({
      kind: 'json',
      paths: [
        { path: '$.contact.email', value: null },
        { path: '$.segments', value: [] },
      ],
    })
    expect(customers?.onObjection[0]).toMatchObject({
      to: 'direct_marketing',
      effect: { kind: 'set', set: { marketing_opt_in: false } },
    })
    expect(customers?.deleteAfter[0]?.owner).toEqual({
      column: 'assigned_to',
      email: 'users.email',
      fallback: 'crm-beheer@example.nl',
    })
    expect(invoices?.keepFor[0]).toMatchObject({ term: 'P7Y', until: 'year_end', needs: ['customers.last_name'] })
    expect(email_links?.belongsTo[0]?.where).toEqual([
      { column: 'bean_module', test: { kind: 'in', values: ['Contacts'] } },
    ])
    expect(contacts?.subject?.identifiers.email).toEqual([{ column: 'email_addresses.email_address', via: null }])
  })

  test('an unknown word is named with line, column and the word that was meant', () => {
    const parsed = parseDataMap(
      'version: 1\nsystem: crm\nbackups: {kept: P35D}\ntables:\n  a:\n    eras: delete\n    erase: delete\n',
    )
    expect(parsed).toMatchObject({
      ok: false,
      problems: [{ line: 6, column: 11, path: 'tables.a.eras', mend: 'Did you mean "erase"?' }],
    })
  })

  test.each([
    ['backups missing', 'version: 1\nsystem: crm\ntables: {}\n', 'backups'],
    ['a wrong period', 'version: 1\nsystem: crm\nbackups: {kept: 35 days}\ntables: {}\n', 'backups.kept'],
    ['a key twice', 'version: 1\nversion: 1\n', ''],
    ['broken YAML', 'a: [1\nb: }', ''],
    ['nothing', '', ''],
    ['a list', '- 1', ''],
    [
      'an unknown strategy',
      'version: 1\nsystem: c\nbackups: {kept: P1D}\ntables: {a: {erase: delete, columns: {b: {category: contact, with: emtpy}}}}',
      'tables.a.columns.b.with',
    ],
  ])('%s is a problem with its place', (_, yaml, path) => {
    const parsed = parseDataMap(yaml)
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.problems.map((p) => p.path)).toContain(path)
  })

  test('words that YAML 1.1 takes for truth are words', () => {
    const parsed = parseDataMap(
      'version: 1\nsystem: no\nbackups: {kept: P1D}\ntables: {t: {erase: delete, belongs_to: {table: on, on: {on: no}}}}',
    )
    expect(parsed.ok && parsed.map.tables.t?.belongsTo[0]?.on).toEqual([{ column: 'on', other: 'no' }])
  })

  test('there is a JSON Schema for editors', () => {
    expect(JSON.stringify(mapJsonSchema())).toContain('belongs_to')
  })
})

describe('checking a map against a catalogue', () => {
  const script = `create type state as enum ('on', 'off');
create table customers (id int primary key, email text not null unique, born date not null, state state not null, code varchar(3),
  full_name text generated always as (email || '!') stored, level text not null check (level in ('a', 'b')), bsn text);
create table orders (id int primary key, customer_id int not null references customers on delete cascade, paid boolean);
create table extra (id int primary key, customer_id int references customers);
create table loose (note text, customer_id int);
create table island (id int primary key, other_id int);
create view v as select 1 as id;`

  async function findings(tables: string, rest = '') {
    const { catalogue } = await crm('postgres', script)
    const parsed = parseDataMap(`version: 1\nsystem: crm\nbackups: {kept: P1D}\n${rest}tables:\n${tables}`)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    return checkMap(parsed.map, catalogue)
  }

  test.each([
    ['unknown table', '  klanten: {erase: delete, subject: {email: email}}', /no table "klanten"/],
    ['unknown column', '  customers: {erase: delete, subject: {email: emial}}', /no column "emial"/],
    ['a view', '  v: {erase: delete, subject: {email: id}}', /is a view/],
    [
      'NOT NULL date emptied',
      '  customers: {erase: delete, subject: {email: email}, columns: {born: {category: identity, with: empty}}}',
      /NOT NULL/,
    ],
    [
      'unique emptied',
      '  customers: {erase: delete, subject: {email: email}, columns: {email: {category: contact, with: empty}}}',
      /UNIQUE/,
    ],
    [
      'enum value',
      '  customers: {erase: delete, subject: {email: email}, columns: {state: {category: profile, with: {fixed: maybe}}}}',
      /does not fit its type/,
    ],
    [
      'length',
      '  customers: {erase: delete, subject: {email: email}, columns: {code: {category: identity, with: {fixed: abcd}}}}',
      /longer than 3/,
    ],
    [
      'check',
      '  customers: {erase: delete, subject: {email: email}, columns: {level: {category: profile, with: pseudonym}}}',
      /allows only a, b/,
    ],
    [
      'generated',
      '  customers: {erase: delete, subject: {email: email}, columns: {full_name: {category: identity, with: pseudonym}}}',
      /generated/,
    ],
    [
      'type',
      '  customers: {erase: delete, subject: {email: email}, columns: {email: {category: contact, with: {generalise: year}}}}',
      /does not fit its type/,
    ],
    ['neither', '  orders: {erase: delete}', /none of subject, belongs_to/],
    [
      'unreachable',
      '  island: {erase: delete, belongs_to: {table: loose, on: {other_id: customer_id}}}\n  loose: {personal: false}',
      /can't be reached/,
    ],
    [
      'no key',
      '  customers: {erase: delete, subject: {email: email}}\n  loose: {erase: delete, belongs_to: {table: customers, on: {customer_id: id}}}',
      /no primary key/,
    ],
    [
      'foreign key from an unmapped table',
      '  customers: {erase: delete, subject: {email: email}}',
      /"extra".*is not mapped/,
    ],
    [
      'cascade onto kept rows',
      '  customers: {erase: delete, subject: {email: email}}\n  orders: {erase: keep, reason: law, belongs_to: {table: customers, on: {customer_id: id}}}',
      /ON DELETE CASCADE/,
    ],
    [
      'kept without ground',
      '  orders: {erase: keep, belongs_to: {table: customers, on: {customer_id: id}}}\n  customers: {erase: pseudonymise, subject: {email: email}}',
      /without a ground/,
    ],
    [
      'delete without with',
      '  customers: {erase: delete, subject: {email: email}}\n  extra: {erase: keep, reason: law, belongs_to: {table: customers, on: {customer_id: id}}}',
      /has no "with"/,
    ],
    [
      'subject kept',
      '  customers: {erase: pseudonymise, subject: {email: email}, columns: {email: {category: contact, with: keep}}}',
      /may not be "keep"/,
    ],
    [
      'national number',
      '  customers: {erase: delete, subject: {email: email, bsn: bsn}, columns: {bsn: {category: national_number, with: empty}}}',
      /national number/,
    ],
    [
      'needed_while column',
      '  customers: {erase: pseudonymise, subject: {email: email}, needed_while: {table: orders, where: {payed: false}}}\n  orders: {erase: delete, belongs_to: {table: customers, on: {customer_id: id}}}',
      /no column "payed"/,
    ],
  ])('%s is refused and named', async (_, tables, message) => {
    const { problems } = await findings(tables, 'unmapped: ignore\n')
    expect(problems.map((p) => p.message).join('\n')).toMatch(message)
    for (const problem of problems) expect(problem.mend).not.toBe('')
  })

  test('tables that the map does not name are refused one by one, unless it says ignore', async () => {
    const tables =
      '  customers: {erase: pseudonymise, subject: {email: email}}\n  orders: {personal: false}\n  loose: {personal: false}'
    expect((await findings(tables)).problems.map((p) => p.message)).toEqual([
      'Table "extra" is not named in the map.',
      'Table "island" is not named in the map.',
    ])
    expect((await findings(tables, 'unmapped: ignore\n')).problems).toEqual([])
  })
})

describe('hosts', () => {
  test.each([
    ['127.0.0.1', [], false],
    ['127.0.0.1', ['127.0.0.1'], true],
    ['127.9.9.9', ['127.0.0.0/8'], true],
    ['169.254.169.254', ['10.0.0.0/8'], false],
    ['::ffff:127.0.0.1', [], false],
    ['::ffff:7f00:1', [], false],
    ['::1', [], false],
    ['fe80::1', [], false],
    ['10.1.2.3', [], true],
    ['192.168.1.5', [], true],
    ['93.184.216.34', [], true],
    ['0.0.0.0', [], false],
  ] as const)('%s with %j allowed: %s', (address, allowed, expected) => {
    expect(hostAllowed(address, [address], allowed)).toBe(expected)
  })

  test('every address of a name must pass, and own addresses do not', () => {
    expect(hostAllowed('crm.example', ['10.0.0.1', '127.0.0.1'], [])).toBe(false)
    expect(hostAllowed('crm.example', ['10.0.0.1'], [], ['10.0.0.1'])).toBe(false)
    expect(hostAllowed('crm.example', ['127.0.0.1'], ['crm.example'])).toBe(true)
    expect(hostAllowed('crm.example', [], [])).toBe(false)
  })
})

test('the spellings of a number are all that number', () => {
  const spelled = phoneSpellings('+31612345678')
  expect(spelled).toEqual(
    expect.arrayContaining(['06-12345678', '06 12 34 56 78', '+31 6 12345678', '0031612345678', '+31 (0)6 12345678']),
  )
  for (const text of [
    '06-12345678',
    '06 12 34 56 78',
    '+31 6 12345678',
    '0031 6 12345678',
    '(06) 12345678',
    '612345678',
  ]) {
    expect(normalisePhone(text, 'NL')).toBe('+31612345678')
  }
  expect(normalisePhone('bel 0612345678 even', 'NL')).toBeNull()
})
