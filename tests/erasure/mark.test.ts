import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { desc, sql } from 'drizzle-orm'
import { erasureRun } from '~db/schema'
import { markInSystems } from '~/erasure/by-itself.server'
import { workRun } from '~/erasure/run.server'
import { inTransaction } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { markTask } from '~/requests/mark.server'
import { changeRequest, lockRequest } from '~/requests/move.server'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, start, type Staff } from './case'
import { engines, map, smallCrm, type SmallCrm } from './small-crm'

const withMark = map.replace(
  '    on_objection:',
  '    on_request: {kinds: [erasure], set: {due_mark: $due_on, case_mark: $reference}}\n    on_objection:',
)

describe.each(engines)('the mark of an open request in %s', (engine) => {
  let test: TestRuntime
  let crm: SmallCrm
  let agent: Staff
  let approver: Staff

  beforeAll(async () => {
    test = await testRuntime()
    crm = await smallCrm(engine)
    await crm.run('alter table customers add column due_mark date')
    await crm.run('alter table customers add column case_mark varchar(40)')
    agent = await hire(test.runtime, 'agent')
    approver = await hire(test.runtime, 'approver')
    await connect(test.runtime, 'shop', engine, crm.url, withMark)
  })
  afterAll(async () => {
    await crm.close()
    await test.close()
  })

  const verified = async (id: number, kind: 'erasure' | 'access' = 'erasure') => {
    const requestId = await file(test.runtime, agent, { email: `person${String(id)}@shop.example`, kinds: [kind] })
    await change(requestId, { verifiedAt: test.runtime.clock.now() })
    return requestId
  }
  const change = (requestId: string, set: Parameters<typeof changeRequest>[2]) =>
    inTransaction(test.runtime, async (tx) => {
      const row = await lockRequest(tx, requestId)
      if (row) await changeRequest(tx, row, set)
    })
  /** What the job that waits for this request says, if one waits. */
  const waiting = async (requestId: string) => {
    const rows = await test.runtime.db.execute(
      sql`select payload from graphile_worker._private_jobs where key = ${`${markTask}:${requestId}`}`,
    )
    return rows.map((row) => row.payload)
  }
  const work = async (requestId: string, clear: boolean) => {
    const newest = async () =>
      (await test.runtime.db.select().from(erasureRun).orderBy(desc(erasureRun.number)).limit(1))[0]
    const before = await newest()
    await markInSystems(test.runtime, requestId, clear)
    const made = await newest()
    if (made && made.id !== before?.id) await workRun(test.runtime, made.id)
    return made?.id !== before?.id
  }
  const marks = (id: number) => crm.rows(`select due_mark, case_mark from customers where id = ${String(id)}`)

  it('is written when the request is verified, moves with its due date, and is cleared when it ends', async () => {
    const requestId = await verified(5)
    const row = await findRequest(test.runtime.db, requestId)
    expect(await waiting(requestId)).toEqual([{ requestId, clear: false }])
    const others = await crm.hashOf({ audit: '1 = 1', invoices: '1 = 1', tickets: '1 = 1', customers: 'id <> 5' })
    await work(requestId, false)
    expect(await crm.hashOf({ audit: '1 = 1', invoices: '1 = 1', tickets: '1 = 1', customers: 'id <> 5' })).toEqual(
      others,
    )
    expect(await marks(5)).toEqual([{ due_mark: row?.dueOn.toString(), case_mark: row?.reference }])
    if (!row) throw new Error('no request')
    const later = row.dueOn.add({ days: 30 })
    await change(requestId, { dueOn: later })
    await work(requestId, false)
    expect(await marks(5)).toEqual([{ due_mark: later.toString(), case_mark: row?.reference }])
    await change(requestId, { state: 'withdrawn' })
    expect(await waiting(requestId)).toEqual([{ requestId, clear: true }])
    await work(requestId, true)
    expect(await marks(5)).toEqual([{ due_mark: null, case_mark: null }])
  })

  it('makes no approved plan stale, and is gone with the person', async () => {
    const { runtime } = test
    const requestId = await verified(6)
    const { runId } = await start(runtime, requestId, agent, approver)
    await work(requestId, false)
    // What a trigger of the CRM would write.
    await crm.run("insert into audit values (6, 'case_mark', 'AVG')")
    const [marked] = await marks(6)
    expect(marked?.case_mark).toMatch(/^AVG-/)
    await finish(runtime, runId)
    expect((await findRequest(runtime.db, requestId))?.state).toBe('completed')
    expect(await marks(6)).toEqual([{ due_mark: null, case_mark: null }])
    expect(await crm.rows('select field from audit where parent_id = 6')).toEqual([])
    expect(await waiting(requestId)).toEqual([{ requestId, clear: true }])
    expect(await work(requestId, true)).toBe(false)
  })

  it('is not written for a right that the map does not name, nor where nobody is found', async () => {
    expect(await work(await verified(7, 'access'), false)).toBe(false)
    expect(await marks(7)).toEqual([{ due_mark: null, case_mark: null }])
    const stranger = await file(test.runtime, agent, { email: 'nobody@shop.example' })
    await change(stranger, { verifiedAt: test.runtime.clock.now() })
    expect(await work(stranger, false)).toBe(false)
  })
})
