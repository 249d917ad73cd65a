import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { grantsFor } from '~/erasure/grants.server'
import { rehearseMap } from '~/erasure/rehearse-map.server'
import { runForApi } from '~/erasure/present.server'
import { inTransaction } from '~/platform/runtime.server'
import { openAdapter } from '~/systems/adapters/open-adapter.server'
import { SystemError, type DatabaseAdapter } from '~/systems/adapters/adapter'
import { keyword } from '~/systems/adapters/sql'
import { checkMapOf, storeMap } from '~/systems/apply-map.server'
import { addSystem, openSystem } from '~/systems/registry.server'
import { Temporal } from 'temporal-polyfill'
import { connect, file, finish, hire, start } from '~tests/erasure/case'
import { engines, map, smallCrm, type SmallCrm } from '~tests/erasure/small-crm'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'

const statements = (text: string) =>
  text
    .split(/;\n/)
    .map((statement) => statement.replace(/^--.*$/gm, '').trim())
    .filter((statement) => statement !== '')

describe.each(engines)('the roles that are printed for the DBA of %s', (engine) => {
  let own: TestRuntime
  let crm: SmallCrm
  let grants: { run: string; scan: string }
  const suffix = randomBytes(4).toString('hex')
  const [runRole, scanRole] = [`run_${suffix}`, `scan_${suffix}`]
  const as = (role: string) => {
    const url = new URL(crm.url)
    url.username = role
    url.password = 'secret'
    return url.href
  }
  const opened: DatabaseAdapter[] = []
  const adapterAs = (role: string) => {
    const adapter = openAdapter({ engine, url: as(role), maxConnections: 1 })
    opened.push(adapter)
    return adapter
  }

  beforeAll(async () => {
    own = await testRuntime()
    crm = await smallCrm(engine)
    // A table outside the map that refers to a value table, another schema's odd name, and a trigger that keeps a log.
    await crm.run(
      'create table deliveries (id integer primary key, address_id integer, foreign key (address_id) references addresses (id))',
    )
    await crm.run(
      `create table secrets (id integer primary key, "text" varchar(20))`.replaceAll(
        '"',
        engine === 'mysql' ? '`' : '"',
      ),
    )
    if (engine === 'postgres') {
      await crm.run(`create function log_change() returns trigger language plpgsql as $$ begin
        insert into audit values (old.id, 'last_name', old.last_name); return null; end $$`)
      await crm.run(
        'create trigger keep_log after update or delete on customers for each row execute function log_change()',
      )
    }
    await connect(
      own.runtime,
      'shop',
      engine,
      crm.url,
      `${map}unmapped: ignore\n`.replace('  addresses:\n', '  deliveries: {personal: false}\n  addresses:\n'),
    )
    const printed = await grantsFor(own.runtime, own.runtime.db, { key: 'shop', runRole, scanRole })
    if (!printed.ok) throw new Error(printed.reason)
    grants = printed
    for (const statement of [...statements(grants.run), ...statements(grants.scan)]) await crm.run(statement)
    for (const role of [runRole, scanRole])
      await crm.run(
        engine === 'mysql'
          ? `ALTER USER \`${role}\`@\`%\` IDENTIFIED BY 'secret' ACCOUNT UNLOCK`
          : `ALTER ROLE "${role}" PASSWORD 'secret'`,
      )
  })
  afterAll(async () => {
    for (const adapter of opened) await adapter.close()
    await crm.close()
    await own.close()
  })

  const refused = async (adapter: DatabaseAdapter, statement: string) => {
    const error: unknown = await adapter.run(keyword(statement)).catch((thrown: unknown) => thrown)
    expect(error, statement).toBeInstanceOf(SystemError)
    // 25006: a session that only reads; the others: no right to it.
    expect(['42501', '25006', '1142', '1143', '1044'], statement).toContain((error as SystemError).code)
  }

  test('printing twice and running twice is no harm', async () => {
    for (const statement of [...statements(grants.run), ...statements(grants.scan)]) await crm.run(statement)
  })

  test('may do no more than the map needs', async () => {
    const run = adapterAs(runRole)
    await refused(run, 'select * from secrets')
    await refused(run, `update customers set id = id`)
    await refused(run, `update customers set address_id = 3, referred_by = null, number = number, id = 99 where id = 5`)
    await refused(run, 'delete from chatter')
    await refused(run, 'update chatter set said = said')
    await refused(run, 'delete from deliveries')
    await refused(run, 'delete from privacybalie_receipt')
    await refused(run, `insert into customers (id, number, email, last_name) values (77, 'x', 'x', 'x')`)
    await refused(run, 'create table more (id integer)')
    const scan = adapterAs(scanRole)
    expect(await scan.query(keyword('select id from secrets'))).toEqual([])
    for (const statement of [
      'delete from customers',
      'update customers set notes = null',
      'create table more (id integer)',
    ])
      await refused(scan, statement)
  })

  test('the role that reads sees every table, key and foreign key', async () => {
    const whole = await crm.adapter.readCatalogue()
    const seen = await adapterAs(scanRole).readCatalogue()
    expect(seen.tables.map((t) => [t.id, t.primaryKey, t.foreignKeys, t.uniqueKeys, t.columns, t.checks])).toEqual(
      whole.tables.map((t) => [t.id, t.primaryKey, t.foreignKeys, t.uniqueKeys, t.columns, t.checks]),
    )
  })

  test('suffice to rehearse, plan, carry out and verify an erasure', async () => {
    const { runtime } = own
    const { removeSystem } = await import('~/systems/registry.server')
    const yaml = `${map}  deliveries: {personal: false}\n  secrets: {personal: false}\n`
    await inTransaction(runtime, async (tx) => {
      await removeSystem(tx, runtime, 'shop', { kind: 'system' })
      const added = await addSystem(tx, runtime, {
        key: 'shop',
        engine,
        url: as(runRole),
        scanUrl: as(scanRole),
        details: {},
        actor: { kind: 'system' },
      })
      expect(added.ok).toBe(true)
    })
    const checked = await checkMapOf(runtime, runtime.db, 'shop', yaml)
    if (!checked.ok) throw new Error(JSON.stringify(checked))
    const today = Temporal.PlainDate.from('2026-03-02')
    const rules = { fiscalYearEnd: '12-31', zone: 'Europe/Amsterdam' }
    expect(await rehearseMap({ system: checked.system, persons: 12, today, rules })).toEqual({
      rehearsed: 12,
      failures: [],
    })
    await inTransaction(runtime, (tx) =>
      storeMap(tx, runtime, { key: 'shop', yaml, catalogue: checked.catalogue, actor: { kind: 'system' } }),
    )
    const system = await openSystem(runtime, runtime.db, 'shop')
    expect(system.ok && system.system.catalogue.tables.map((t) => t.id)).toContain('secrets')
    const [agent, approver] = [await hire(runtime, 'agent'), await hire(runtime, 'approver')]
    for (const id of [4, 5, 3]) {
      const requestId = await file(runtime, agent, { email: `person${String(id)}@shop.example` })
      const { runId } = await start(runtime, requestId, agent, approver)
      await finish(runtime, runId)
      expect(await runForApi(runtime.db, runId), String(id)).toMatchObject({ state: 'done' })
    }
    expect(await crm.rows(`select id from customers where email like '%person4@%' or email like '%person5@%'`)).toEqual(
      [],
    )
    expect((await crm.rows('select run from privacybalie_receipt')).length).toBe(3)
  })
})
