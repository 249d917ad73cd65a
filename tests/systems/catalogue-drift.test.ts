import { describe, expect, it } from 'vitest'
import { keyword } from '~/systems/adapters/sql'
import { resolvedSystem } from '~/systems/resolved-system.server'
import { databaseWith, engines } from './databases'

const yaml = (columns = 'name: {category: identity, with: empty}') => `
version: 1
system: crm
backups: {kept: P35D}
tables:
  people: {subject: {email: mail}, erase: pseudonymise, columns: {${columns}}}
  orders: {belongs_to: [{table: people, on: {person: id}}], erase: delete}
`

const changes = (engine: 'postgres' | 'mysql') => [
  'alter table people add column nickname varchar(20)',
  'alter table people drop column nickname',
  `alter table people ${engine === 'postgres' ? 'alter column name type varchar(31)' : 'modify name varchar(31)'}`,
  `alter table people ${engine === 'postgres' ? 'alter column name set not null' : 'modify name varchar(31) not null'}`,
  `alter table people ${engine === 'postgres' ? "alter column name set default 'x'" : "alter name set default 'x'"}`,
  'create unique index people_name on people (name)',
  engine === 'postgres' ? 'drop index people_name' : 'drop index people_name on people',
  'alter table orders add constraint of_person foreign key (person) references people (id) on delete cascade',
  `alter table orders drop ${engine === 'postgres' ? 'constraint' : 'foreign key'} of_person`,
  "alter table people add constraint no_x check (name <> 'y')",
  engine === 'postgres'
    ? 'create trigger nothing before update on people for each row execute function suppress_redundant_updates_trigger()'
    : 'create trigger nothing before update on people for each row set new.name = new.name',
  engine === 'postgres' ? 'drop trigger nothing on people' : 'drop trigger nothing',
  'create table receipts (id int primary key)',
  engine === 'postgres' ? 'alter table receipts rename to slips' : 'rename table receipts to slips',
  'drop table slips',
]

describe.each(engines)('the catalogue of %s', (engine) => {
  const crm = () =>
    databaseWith(engine, [
      'create table people (id int primary key, mail varchar(60), name varchar(30))',
      'create table orders (id int primary key, person int)',
    ])

  it('has another fingerprint after every change of a table, and the same when only rows change', async () => {
    const adapter = await crm()
    let before = await adapter.fingerprint()
    for (const change of changes(engine)) {
      await adapter.run(keyword(change))
      const after = await adapter.fingerprint()
      expect(after, change).not.toBe(before)
      before = after
    }
    await adapter.run(keyword("insert into people values (1, 'a@x.nl', 'A')"))
    await adapter.run(keyword(engine === 'postgres' ? 'vacuum analyze people' : 'analyze table people'))
    expect(await adapter.fingerprint()).toBe(before)
  })

  it('is read once for many openings, again when a table or the map changes, and a lost column is seen at once', async () => {
    const adapter = await crm()
    const adapters = { run: adapter, scan: null }
    const first = await resolvedSystem(adapters, yaml())
    expect(first.ok && first.map.tables.size).toBe(2)
    expect(await resolvedSystem(adapters, yaml())).toBe(first)
    await adapter.run(keyword('alter table people add column notes varchar(60)'))
    const wider = await resolvedSystem(adapters, yaml())
    expect(wider).not.toBe(first)
    const more = await resolvedSystem(adapters, yaml('notes: {category: content, with: empty}'))
    expect(more).not.toBe(wider)
    expect(more.ok).toBe(true)
    await adapter.run(keyword('alter table people drop column notes'))
    expect(await resolvedSystem(adapters, yaml('notes: {category: content, with: empty}'))).toEqual({
      ok: false,
      reason: 'map_does_not_fit',
    })
  })
})
