import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { outsideTask } from '~db/schema'
import { certificateOf } from '~/erasure/certificate.server'
import { runForApi } from '~/erasure/present.server'
import { resultForSubject } from '~/erasure/result.server'
import { workRun } from '~/erasure/run.server'
import { findRun } from '~/erasure/run-records.server'
import { proveElsewhere } from '~/identity/prove-elsewhere.server'
import { inTransaction } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { loader as casePage } from '~/routes/desk/requests.$reference'
import { action as approval } from '~/routes/desk/requests.$reference.approval'
import { action as execution } from '~/routes/desk/requests.$reference.execution'
import { action as makePlan } from '~/routes/desk/requests.$reference.plan'
import { deskVisitor, type DeskVisitor } from '~tests/support/desk-visitor'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish } from './case'
import { refuseDeletion } from './refuse-deletion'
import { map, smallCrm, type SmallCrm } from './small-crm'

interface Plan {
  hash: string
  runId: string
  state: string
  systems: { system: string }[]
  run: { stale: unknown; systems: unknown } | null
}

describe('an erasure whose plan no longer fits, at the desk', () => {
  let test: TestRuntime
  let shop: SmallCrm
  let depot: SmallCrm
  let agent: DeskVisitor
  let approver: DeskVisitor

  beforeAll(async () => {
    test = await testRuntime()
    shop = await smallCrm('postgres')
    depot = await smallCrm('postgres')
    await connect(test.runtime, 'depot', 'postgres', depot.url, map.replace('system: shop', 'system: depot'))
    await connect(test.runtime, 'shop', 'postgres', shop.url, map)
    agent = await deskVisitor(test, 'agent')
    approver = await deskVisitor(test, 'approver')
  })
  afterAll(async () => {
    await shop.close()
    await depot.close()
    await test.close()
  })

  const state = async (requestId: string) => (await findRequest(test.runtime.db, requestId))?.state
  const entered = async (id: number) => {
    const by = { kind: 'staff', id: agent.member.id } as const
    const requestId = await file(test.runtime, by, { email: `person${String(id)}@shop.example` })
    const order = { requestId, proves: ['email'], note: 'Aan de balie gezien', actor: by } as const
    const proved = await inTransaction(test.runtime, (tx) => proveElsewhere(tx, test.runtime, order))
    if (!proved.ok) throw new Error(proved.reason)
    return { requestId, reference: (await findRequest(test.runtime.db, requestId))?.reference ?? '' }
  }
  const planOf = async (reference: string) => {
    const page = await agent.call(casePage, { reference })
    return (page.data as { plan: Plan }).plan
  }
  const replan = async (reference: string) => {
    expect((await agent.call(makePlan, { reference }, {})).status).toBe(303)
    return planOf(reference)
  }
  const approve = (reference: string, hash: string, visitor = approver) =>
    visitor.call(approval, { reference }, { intent: 'approve', hash })
  const begun = async (id: number) => {
    const of = await entered(id)
    const { hash } = await replan(of.reference)
    expect((await approve(of.reference, hash)).status).toBe(303)
    expect((await agent.call(execution, { reference: of.reference }, {})).status).toBe(303)
    return { ...of, runId: (await planOf(of.reference)).runId }
  }

  it('is not approved any more once rows changed, and the page says where and in which columns', async () => {
    const { reference } = await entered(5)
    const { hash } = await replan(reference)
    await shop.run(`update customers set notes = 'Moved', phone = '0600000000' where id = 5`)
    await shop.run(`delete from tickets where id = 5`)
    const refused = await approve(reference, hash)
    expect(refused).toMatchObject({ status: 409, data: { problem: 'plan_stale' } })
    const { stale } = refused.data as { stale: { system: string; tables: { table: string }[] }[] }
    expect(stale.map(({ system }) => system)).toEqual(['shop'])
    expect(stale[0]?.tables.find(({ table }) => table === 'customers')).toEqual({
      table: 'customers',
      added: 0,
      removed: 0,
      changed: 1,
      decided: 0,
      columns: ['notes', 'phone'],
      keys: ['••'],
    })
    expect(stale[0]?.tables.find(({ table }) => table === 'tickets')).toMatchObject({ removed: 1, columns: null })
  })

  it('goes back to planning with the difference when rows came after the approval, and is planned again', async () => {
    const { reference, requestId, runId } = await begun(6)
    await shop.run(`insert into tickets values (96, 'K-10006', 'new')`)
    await workRun(test.runtime, runId)
    expect(await state(requestId)).toBe('in_progress')
    expect(await planOf(reference)).toMatchObject({
      state: 'stale',
      run: {
        state: 'stale',
        stale: {
          left: 'all',
          systems: [{ system: 'shop', tables: [{ table: 'tickets', added: 1, removed: 0, changed: 0, keys: ['••'] }] }],
        },
      },
    })
    expect(await replan(reference)).toMatchObject({ state: 'open', run: null })
  })

  it('is planned anew for what is left where another system was done, under the same four eyes', async () => {
    const { runtime } = test
    const { reference, requestId, runId } = await begun(7)
    await refuseDeletion(shop)
    await workRun(runtime, runId)
    await shop.run('drop trigger refuse on tickets')
    await shop.run(`insert into tickets values (97, 'K-10007', 'new')`)
    await workRun(runtime, runId)
    expect(await state(requestId)).toBe('executing')
    expect(await planOf(reference)).toMatchObject({
      run: {
        state: 'partial',
        systems: [
          { system: 'depot', state: 'done' },
          { system: 'shop', state: 'failed', error: { kind: 'stale' } },
        ],
        stale: { left: 'rest', systems: [{ system: 'shop', tables: [{ table: 'tickets', added: 1 }] }] },
      },
    })

    const first = await replan(reference)
    expect(first.systems.map(({ system }) => system)).toEqual(['shop'])
    expect(await state(requestId)).toBe('awaiting_approval')
    expect(await findRun(runtime.db, runId)).toMatchObject({ state: 'partial', pseudonymKey: null })
    // Sent back, it is still only what is left.
    const back = { intent: 'reject', hash: first.hash, reason: 'Nog eens nakijken' }
    expect((await approver.call(approval, { reference }, back)).status).toBe(303)
    const again = await replan(reference)
    expect(again.systems.map(({ system }) => system)).toEqual(['shop'])
    expect((await approve(reference, again.hash, agent)).status).toBe(403)
    expect((await approve(reference, again.hash)).status).toBe(303)
    const done = await depot.hashOf({ customers: '1 = 1', invoices: '1 = 1', tickets: '1 = 1' })
    expect((await agent.call(execution, { reference }, {})).status).toBe(303)
    const rest = (await planOf(reference)).runId
    await finish(runtime, rest)
    expect(await runForApi(runtime.db, rest)).toMatchObject({ state: 'done', systems: [{ system: 'shop' }] })
    expect(await depot.hashOf({ customers: '1 = 1', invoices: '1 = 1', tickets: '1 = 1' })).toEqual(done)
    expect(await shop.rows(`select id from tickets where customer_number = 'K-10007'`)).toEqual([])
    expect(await state(requestId)).toBe('completed')

    // Certificate and answer cover both: what the first run did, and the rest.
    const copy = await certificateOf(runtime, requestId, { copy: 'staff', language: 'nl' })
    if (copy?.copy !== 'staff') throw new Error('no certificate')
    expect([...copy.earlier, copy].map((part) => part.systems.map((each) => [each.system, each.state]))).toEqual([
      [
        ['depot', 'done'],
        ['shop', 'failed'],
      ],
      [['shop', 'done']],
    ])
    const theirs = await certificateOf(runtime, requestId, { copy: 'subject', language: 'nl' })
    expect(theirs).toMatchObject({ outcome: 'done', places: { searched: 2, finished: 2, unfinished: 0 } })
    const told = await resultForSubject(runtime.db, requestId, 'nl')
    expect(told?.erased.find(({ label }) => label === 'Klantgegevens')?.rows).toBe(2)
    expect(told?.kept.map(({ label }) => label)).toContain('Facturen')
    const tasks = await runtime.db.select().from(outsideTask).where(eq(outsideTask.requestId, requestId))
    expect(new Set(tasks.map(({ kind, systemKey }) => `${kind} ${systemKey}`)).size).toBe(tasks.length)
  })
})
