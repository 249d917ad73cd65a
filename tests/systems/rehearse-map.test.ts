import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rehearseMap } from '~/erasure/rehearse-map.server'
import { keyword } from '~/systems/adapters/sql'
import { checkMap } from '~/systems/check-map'
import { indexFindings } from '~/systems/check/index-use.server'
import { checkMapOf } from '~/systems/apply-map.server'
import { parseDataMap } from '~/systems/parse-map'
import { Temporal } from 'temporal-polyfill'
import { connect } from '~tests/erasure/case'
import { map, smallCrm, type SmallCrm } from '~tests/erasure/small-crm'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { crm as database, engines } from './databases'

const today = Temporal.PlainDate.from('2026-03-02')
const rules = { fiscalYearEnd: '12-31', zone: 'Europe/Amsterdam' }

describe.each(engines)('the rehearsal of a map in %s', (engine) => {
  let own: TestRuntime
  let crm: SmallCrm
  beforeAll(async () => {
    own = await testRuntime()
    crm = await smallCrm(engine)
    await connect(own.runtime, 'shop', engine, crm.url, map)
  })
  afterAll(async () => {
    await crm.close()
    await own.close()
  })
  const rehearsed = async (persons: number) => {
    const checked = await checkMapOf(own.runtime, own.runtime.db, 'shop', map)
    if (!checked.ok) throw new Error(JSON.stringify(checked))
    return rehearseMap({ system: checked.system, persons, today, rules })
  }

  test('changes nothing, and takes no more persons than there are', async () => {
    const tables = { customers: '1 = 1', invoices: '1 = 1', audit: '1 = 1', tickets: '1 = 1', addresses: '1 = 1' }
    const before = await crm.hashOf(tables)
    expect(await rehearsed(5)).toEqual({ rehearsed: 5, failures: [] })
    expect(await rehearsed(50)).toEqual({ rehearsed: 12, failures: [] })
    expect(await crm.hashOf(tables)).toEqual(before)
  })

  test('names table and constraint where the database objects, and never a value', async () => {
    // Nothing in the map speaks of this condition between two columns of one row.
    await crm.run(`alter table customers add constraint reachable check (phone is not null or length(notes) < 2)`)
    await crm.run(
      engine === 'postgres'
        ? `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no % here', old.email using errcode = '23514', table = 'customers', constraint = 'frozen'; end $$`
        : `create trigger frozen before update on customers for each row signal sqlstate '45000' set message_text = 'no'`,
    )
    if (engine === 'postgres')
      await crm.run('create trigger frozen before update on customers for each row execute function refuse()')
    const { rehearsed: tried, failures } = await rehearsed(12)
    expect(tried).toBe(12)
    expect(failures.length).toBeGreaterThan(0)
    if (engine === 'postgres')
      expect(failures).toContainEqual(
        expect.objectContaining({ table: 'customers', constraint: 'frozen', kind: 'constraint', detail: '23514' }),
      )
    else expect(failures).toContainEqual(expect.objectContaining({ detail: '1644' }))
    expect(JSON.stringify(failures)).not.toMatch(/shop\.example/)
  })
})

describe.each(engines)('indexes in %s', (engine) => {
  const series = engine === 'postgres' ? 'generate_series(1, 30000) as n(seq)' : '(select seq from seq_1_to_30000) as n'
  const script = `create table customers (id int primary key, email varchar(100), number varchar(20), code varchar(20));
create table notes (id int primary key, customer_id int, customer_code varchar(20), body varchar(20));
create table calls (id int primary key, customer_id int);
insert into customers select seq, concat('p', seq, '@x.nl'), concat('K', seq), concat('C', seq) from ${series};
insert into notes select seq, seq, concat('C', seq), 'x' from ${series};
insert into calls select seq, seq from ${series};
create index customers_number on customers (number);
create index calls_customer on calls (customer_id);`
  const yaml = `version: 1
system: crm
backups: {kept: P35D}
tables:
  customers: {subject: {email: email, customer_number: number}, erase: delete}
  notes: {belongs_to: [{table: customers, on: {customer_id: id}}], erase: delete}
  calls: {belongs_to: [{table: customers, on: {customer_id: id}}], erase: delete}
`
  test('whose absence would make a search read a whole table are asked for, after the database’s own plan', async () => {
    const { adapter } = await database(engine, script)
    await adapter.run(keyword(engine === 'postgres' ? 'analyze' : 'analyze table customers'))
    for (const table of ['notes', 'calls']) if (engine === 'mysql') await adapter.run(keyword(`analyze table ${table}`))
    const parsed = parseDataMap(yaml)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const found = async () => {
      const findings = await indexFindings(adapter, checkMap(parsed.map, await adapter.readCatalogue()).resolved)
      return findings.map(({ path }) => path.slice(1).join('.')).sort()
    }
    // MariaDB's own collation ignores capitals; PostgreSQL's does not.
    expect(await found()).toEqual(['customers.subject.email', 'notes.belongs_to.0'])
    await adapter.run(
      keyword(
        engine === 'postgres'
          ? 'create index by_email on customers (lower(email))'
          : 'create index by_email on customers (email)',
      ),
    )
    await adapter.run(keyword('create index by_customer on notes (customer_id)'))
    expect(await found()).toEqual([])
  })
})
