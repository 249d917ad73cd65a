import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { erasurePlan, evidenceEntry, outbox } from '~db/schema'
import { liftRestriction, restrictionsOf } from '~/erasure/lift-restriction.server'
import { executePlan } from '~/erasure/start-run.server'
import { workRun } from '~/erasure/run.server'
import { inTransaction } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, plan, type Staff } from './case'
import { engines, map, smallCrm, type SmallCrm } from './small-crm'

const withRestriction = map.replace(
  '    on_objection:',
  '    on_restriction: {set: {blocked: 1}}\n    on_restriction_lifted: {set: {blocked: 0}}\n    on_objection:',
)

describe.each(engines)('a restriction in %s', (engine) => {
  let test: TestRuntime
  let crm: SmallCrm
  let agent: Staff

  beforeAll(async () => {
    test = await testRuntime()
    crm = await smallCrm(engine)
    await crm.run('alter table customers add column blocked integer not null default 0')
    agent = await hire(test.runtime, 'agent')
    await connect(test.runtime, 'shop', engine, crm.url, withRestriction)
  })
  afterAll(async () => {
    await crm.close()
    await test.close()
  })

  it('stands until a person lifts it, who tells the subject why; only then erasure is free again', async () => {
    const { runtime } = test
    const lift = (requestId: string) =>
      inTransaction(runtime, (tx) =>
        liftRestriction(tx, runtime, { requestId, reason: 'Wij hebben uw adres verbeterd.', staffId: agent.id }),
      )
    const blocked = () => crm.rows('select id from customers where blocked = 1')
    const requestId = await file(runtime, agent, { email: 'person5@shop.example', kinds: ['restriction'] })
    const made = await plan(runtime, requestId, agent)
    if (!made.ok) throw new Error(made.reason)
    expect(await lift(requestId)).toEqual({ ok: false, reason: 'not_restricted' })
    const started = await inTransaction(runtime, (tx) =>
      executePlan(tx, runtime, { requestId, actor: agent, mover: 'agent' }),
    )
    if (!started.ok) throw new Error(started.reason)
    await finish(runtime, started.runId)
    expect((await findRequest(runtime.db, requestId))?.state).toBe('completed')
    expect(await blocked()).toEqual([{ id: '5' }])
    expect(await restrictionsOf(runtime.db, requestId)).toHaveLength(1)
    const erasure = await file(runtime, agent, { email: 'person5@shop.example' })
    expect(await plan(runtime, erasure, agent)).toMatchObject({ ok: false, reason: 'blocked' })

    const others = await crm.hashOf({ customers: 'id <> 5', audit: '1 = 1', invoices: '1 = 1', tickets: '1 = 1' })
    const lifted = await lift(requestId)
    if (!lifted.ok) throw new Error(lifted.reason)
    await workRun(runtime, lifted.runId ?? '')
    expect(await blocked()).toEqual([])
    expect(await crm.hashOf({ customers: 'id <> 5', audit: '1 = 1', invoices: '1 = 1', tickets: '1 = 1' })).toEqual(
      others,
    )
    const told = await runtime.db.select().from(outbox).where(eq(outbox.template, 'restriction_lifted'))
    expect(told.map((mail) => mail.requestId)).toEqual([requestId])
    const [entry] = await runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.verb, 'hold.lifted'))
    expect(entry).toMatchObject({ actorId: agent.id })
    const [row] = await runtime.db.select().from(erasurePlan).where(eq(erasurePlan.cause, 'restriction_lifted'))
    expect(row).toMatchObject({ needsApproval: false })
    expect(await lift(requestId)).toEqual({ ok: false, reason: 'not_restricted' })
    expect((await plan(runtime, erasure, agent)).ok).toBe(true)
  })
})
