import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approvePlan } from '~/erasure/approve.server'
import { consentPurposes } from '~/erasure/consent-purposes.server'
import { runForApi } from '~/erasure/present.server'
import { workRun } from '~/erasure/run.server'
import { executePlan } from '~/erasure/start-run.server'
import { reapplyErasures } from '~/erasure/reapply.server'
import { inTransaction } from '~/platform/runtime.server'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, hire, plan, type Staff } from './case'
import { engines, map, smallCrm, type SmallCrm } from './small-crm'

const withConsents = map
  .replace('    on_objection:', '    on_consent_withdrawal: {purpose: newsletter, set: {opt_in: 0}}\n    on_objection:')
  .replace(
    '  chatter: {personal: false}',
    `  letters:
    legal_basis: consent
    belongs_to: [{table: customers, on: {customer_id: id}}]
    erase: delete
    columns: {address: {category: contact, with: empty}}
    on_consent_withdrawal: {purpose: newsletter, delete: true}
  surveys:
    legal_basis: consent
    belongs_to: [{table: customers, on: {customer_id: id}}]
    erase: delete
    columns: {answers: {category: content, with: empty}}
    on_consent_withdrawal: {purpose: research, delete: true}
  photos:
    legal_basis: consent
    belongs_to: [{table: customers, on: {customer_id: id}}]
    erase: delete
    columns: {caption: {category: content, with: empty}}
  chatter: {personal: false}`,
  )

describe.each(engines)('a withdrawn consent in %s', (engine) => {
  let test: TestRuntime
  let crm: SmallCrm
  let agent: Staff
  let approver: Staff

  beforeAll(async () => {
    test = await testRuntime()
    crm = await smallCrm(engine)
    agent = await hire(test.runtime, 'agent')
    approver = await hire(test.runtime, 'approver')
    for (const [table, column] of [
      ['letters', 'address'],
      ['surveys', 'answers'],
      ['photos', 'caption'],
    ]) {
      await crm.run(
        `create table ${table ?? ''} (id integer primary key, customer_id integer, ${column ?? ''} varchar(80), foreign key (customer_id) references customers (id))`,
      )
      await crm.run(`insert into ${table ?? ''} values (5, 5, 'of five'), (6, 6, 'of six')`)
    }
    await connect(test.runtime, 'shop', engine, crm.url, withConsents)
  })
  afterAll(async () => {
    await crm.close()
    await test.close()
  })

  const withdraw = async (id: number, purpose: string | null) => {
    const { runtime } = test
    const requestId = await file(runtime, agent, {
      email: `person${String(id)}@shop.example`,
      kinds: ['consent_withdrawal'],
    })
    const made = await plan(runtime, requestId, agent, { purpose })
    if (!made.ok) throw new Error(JSON.stringify(made))
    const { hash } = made.plan
    const approved = await inTransaction(runtime, (tx) =>
      approvePlan(tx, runtime, { requestId, hash, actor: approver, mover: 'approver' }),
    )
    if (!approved.ok) throw new Error(approved.reason)
    const started = await inTransaction(runtime, (tx) =>
      executePlan(tx, runtime, { requestId, actor: agent, mover: 'agent' }),
    )
    if (!started.ok) throw new Error(started.reason)
    await workRun(runtime, started.runId)
    expect(await runForApi(runtime.db, started.runId)).toMatchObject({ state: 'done' })
  }
  const left = async (id: number) => {
    const of = async (table: string) =>
      (await crm.rows(`select id from ${table} where customer_id = ${String(id)}`)).length
    return { letters: await of('letters'), surveys: await of('surveys'), photos: await of('photos') }
  }

  it('acts on the purpose that was named, and on no other consent', async () => {
    expect(await consentPurposes(test.runtime.db)).toEqual(['newsletter', 'research'])
    const others = await crm.hashOf({ customers: 'id <> 5', invoices: '1 = 1', tickets: '1 = 1', letters: 'id <> 5' })
    await withdraw(5, 'newsletter')
    expect(await left(5)).toEqual({ letters: 0, surveys: 1, photos: 1 })
    expect(await crm.rows('select opt_in, email from customers where id = 5')).toEqual([
      { opt_in: '0', email: 'person5@shop.example' },
    ])
    expect(await crm.hashOf({ customers: 'id <> 5', invoices: '1 = 1', tickets: '1 = 1', letters: 'id <> 5' })).toEqual(
      others,
    )
  })

  it('acts on every consent where none was named', async () => {
    await withdraw(6, null)
    expect(await left(6)).toEqual({ letters: 0, surveys: 0, photos: 0 })
    expect(await crm.rows('select email from customers where id = 6')).toEqual([{ email: 'person6@shop.example' }])
  })

  it('is repeated after a restore only for what it erased; a row that it marked stays itself', async () => {
    const { runtime } = test
    await crm.run("insert into letters values (5, 5, 'of five')")
    await crm.run('update customers set opt_in = 1 where id = 5')
    const again = await reapplyErasures(runtime, {
      system: 'shop',
      since: runtime.clock.now(),
      dryRun: false,
      actor: { kind: 'system' },
    })
    if (!again.ok) throw new Error(again.reason)
    expect(again.done.tables.filter((each) => each.back > 0)).toEqual([
      { table: 'letters', action: 'delete', back: 1, changed: 0 },
    ])
    expect(await crm.rows('select id from letters where id = 5')).toEqual([])
    expect(await crm.rows('select email from customers where id = 5')).toEqual([{ email: 'person5@shop.example' }])
  })
})
