import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { evidenceEntry, outbox, returnedPerson, suppressionEntry } from '~db/schema'
import { stopMarketingInSystems } from '~/erasure/by-itself.server'
import { reapplyErasures } from '~/erasure/reapply.server'
import { lookForRestores } from '~/erasure/restored.server'
import { returnedInSystem, seeReturned } from '~/erasure/returned.server'
import { workRun } from '~/erasure/run.server'
import { newestRunOfRequest } from '~/erasure/run-records.server'
import { inTransaction } from '~/platform/runtime.server'
import { fileSubmission } from '~/requests/intake.server'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, start, type Staff } from './case'
import { backUp, restore } from './restore'
import { engines, map, smallCrm, type SmallCrm } from './small-crm'

describe.each(engines)('people who come back into %s', (engine) => {
  let test: TestRuntime
  let crm: SmallCrm
  let agent: Staff
  let admin: Staff

  beforeAll(async () => {
    test = await testRuntime()
    crm = await smallCrm(engine)
    agent = await hire(test.runtime, 'agent')
    admin = await hire(test.runtime, 'admin')
    await connect(test.runtime, 'shop', engine, crm.url, map)
  })
  afterAll(async () => {
    await crm.close()
    await test.close()
  })

  const told = (template: string) => test.runtime.db.select().from(outbox).where(eq(outbox.template, template))
  const open = () => returnedInSystem(test.runtime.db, test.runtime, 'shop')

  it('an address that was erased and is imported again is shown to staff once, and not touched', async () => {
    const { runtime } = test
    const approver = await hire(runtime, 'approver')
    const requestId = await file(runtime, agent, { email: 'person5@shop.example' })
    await finish(runtime, (await start(runtime, requestId, agent, approver)).runId)
    await lookForRestores(runtime)
    expect(await open()).toEqual([])
    await crm.run(
      `insert into customers (id, number, email, last_name) values (99, 'K-99', 'Person5@shop.example', 'Import')`,
    )
    await lookForRestores(runtime)
    await lookForRestores(runtime)
    expect(await open()).toMatchObject([{ table: 'customers', reason: 'erased', rows: 1, keys: ['99'] }])
    expect(await told('persons_returned')).toHaveLength(1)
    expect(await crm.rows('select last_name from customers where id = 99')).toEqual([{ last_name: 'Import' }])
    const [row] = await runtime.db.select().from(returnedPerson)
    expect(Buffer.from(row?.keysSealed ?? []).toString('latin1')).not.toContain('"99"')
    const see = () =>
      inTransaction(runtime, (tx) => seeReturned(tx, runtime, { id: row?.id ?? '', system: 'shop', actor: admin }))
    expect([await see(), await see()]).toEqual([true, false])
    expect(await open()).toEqual([])
    const [seen] = await runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.verb, 'person.returned_seen'))
    expect(seen).toMatchObject({ actorId: admin.id, system: 'shop' })
    await lookForRestores(runtime)
    expect(await open()).toEqual([])
  })

  it('who stopped marketing is noticed when an import takes that mark away', async () => {
    const { runtime } = test
    const filed = await inTransaction(runtime, (tx) =>
      fileSubmission(tx, runtime, {
        kinds: ['objection'],
        objectionTo: 'direct_marketing',
        name: 'Proef',
        email: 'person6@shop.example',
        language: 'nl',
        filedBy: 'self',
      }),
    )
    const requestId = filed.requests[0]?.id ?? ''
    await stopMarketingInSystems(runtime, requestId)
    await workRun(runtime, (await newestRunOfRequest(runtime.db, requestId))?.id ?? '')
    expect(await crm.rows('select opt_in from customers where id = 6')).toEqual([{ opt_in: '0' }])
    await lookForRestores(runtime)
    expect(await open()).toEqual([])
    await crm.run('update customers set opt_in = 1 where id = 6')
    await lookForRestores(runtime)
    expect(await open()).toMatchObject([{ table: 'customers', reason: 'objection', rows: 1, keys: ['6'] }])
  })

  it('a restored database is noticed by the receipts it lacks, and the admins are told once from when to repeat', async () => {
    const { runtime, clock } = test
    const approver = await hire(runtime, 'approver')
    await lookForRestores(runtime)
    expect(await told('system_restored')).toEqual([])
    const backup = await backUp(crm)
    clock.advance({ hours: 2 })
    const since = clock.now()
    const requestId = await file(runtime, agent, { email: 'person7@shop.example' })
    await finish(runtime, (await start(runtime, requestId, agent, approver)).runId)
    await restore(crm, backup)
    await lookForRestores(runtime)
    await lookForRestores(runtime)
    expect(await told('system_restored')).toHaveLength(1)
    expect(await open()).toMatchObject([{ reason: 'objection' }, { reason: 'erased', keys: ['7'] }])
    const again = await reapplyErasures(runtime, { system: 'shop', since, dryRun: false, actor: { kind: 'system' } })
    expect(again).toMatchObject({ ok: true, done: { refused: [], runs: [{ state: 'done' }], returned: 0 } })
    await lookForRestores(runtime)
    expect(await told('system_restored')).toHaveLength(1)
    const list = await runtime.db.select().from(suppressionEntry)
    for (const entry of list) expect(Buffer.from(entry.hash).toString('latin1')).not.toMatch(/person/)
  })
})
