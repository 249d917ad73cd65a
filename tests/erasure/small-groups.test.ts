import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Temporal } from 'temporal-polyfill'
import { certificatePdf } from '~/erasure/certificate-pdf.server'
import { certificateOf } from '~/erasure/certificate.server'
import { completePartially } from '~/erasure/complete-partially.server'
import { groupsOfRequest } from '~/erasure/group-records.server'
import { modelOf } from '~/erasure/model'
import { openPlan, findPlan, readContents, systemsOfPlan } from '~/erasure/plan-store.server'
import { runForApi } from '~/erasure/present.server'
import { smallGroups } from '~/erasure/small-groups.server'
import { inTransaction } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { certificateSchema } from '~/routes/api/schemas'
import { action as approval } from '~/routes/desk/requests.$reference.approval'
import { action as execution } from '~/routes/desk/requests.$reference.execution'
import { action as followUp } from '~/routes/desk/requests.$reference.follow-up'
import { loader as casePage } from '~/routes/desk/requests.$reference'
import { openSystem } from '~/systems/registry.server'
import { deskVisitor, type DeskVisitor } from '~tests/support/desk-visitor'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, start, type Staff } from './case'
import { engines, map, smallCrm, type SmallCrm } from './small-crm'

/** Customers stay, without their identifiers: first name and year of birth are what is left of them. */
const stays = map
  .replace('erase: delete\n    columns:\n      number', 'erase: pseudonymise\n    columns:\n      number')
  .replace('first_name: {category: identity, with: empty}', 'first_name: {category: identity, with: keep}')

describe.each(engines)('rows that stay and that few others look like, in %s', (engine) => {
  let test: TestRuntime
  let crm: SmallCrm
  let agent: DeskVisitor
  let approver: DeskVisitor

  beforeAll(async () => {
    test = await testRuntime()
    agent = await deskVisitor(test, 'agent')
    approver = await deskVisitor(test, 'approver')
    crm = await smallCrm(engine)
    await connect(test.runtime, 'shop', engine, crm.url, stays)
    await crm.run(`update customers set born_on = '1980-01-01'`)
    await crm.run(`update customers set first_name = 'Sam' where id <= 6`)
    await crm.run(`update customers set first_name = 'Kim' where id in (7, 8)`)
    await crm.run(`update customers set first_name = null, born_on = '1979-01-01' where id = 9`)
  })
  afterAll(async () => {
    await crm.close()
    await test.close()
  })

  const staff = (visitor: DeskVisitor): Staff => ({ kind: 'staff', id: visitor.member.id })
  const state = async (requestId: string) => (await findRequest(test.runtime.db, requestId))?.state
  const erased = async (id: number) => {
    const requestId = await file(test.runtime, staff(agent), { email: `person${String(id)}@shop.example` })
    const started = await start(test.runtime, requestId, staff(agent), staff(approver))
    await finish(test.runtime, started.runId)
    const reference = (await findRequest(test.runtime.db, requestId))?.reference ?? ''
    return { requestId, reference, ...started }
  }
  const decide = async (of: { requestId: string; reference: string }, intent: string, reason = 'nagekeken') => {
    const [group] = await groupsOfRequest(test.runtime.db, of.requestId)
    return agent.call(execution, { reference: of.reference }, { intent, reason, group: group?.id ?? '' })
  }

  it('are no matter where five rows share what is left', async () => {
    const { requestId } = await erased(5)
    expect(await groupsOfRequest(test.runtime.db, requestId)).toEqual([])
    expect(await state(requestId)).toBe('completed')
  })

  it('hold up no run, but the request, until a person has decided; then the columns go by a plan of their own', async () => {
    const { runtime } = test
    const of = await erased(7)
    const { requestId, reference, runId } = of
    expect(await runForApi(runtime.db, runId)).toMatchObject({ state: 'done', systems: [{ state: 'done' }] })
    expect(await state(requestId)).toBe('executing')
    const page = await agent.call(casePage, { reference })
    expect(page.data).toMatchObject({
      plan: {
        run: {
          groups: [{ table: 'customers', columns: ['first_name', 'born_on'], size: 2, groups: 1, decision: null }],
        },
      },
    })
    const by = { ...agent.member }
    const closed = { requestId, answer: 'Niet alles is gelukt vandaag.', by }
    expect(await inTransaction(runtime, (tx) => completePartially(tx, runtime, closed))).toMatchObject({ ok: false })

    expect(await decide(of, 'empty-group', '')).toMatchObject({ status: 400 })
    expect(await decide(of, 'empty-group')).toMatchObject({ status: 303 })
    await finish(runtime, runId)
    expect(await state(requestId)).toBe('executing')
    expect((await agent.call(followUp, { reference }, {})).status).toBe(303)
    const waiting = await agent.call(casePage, { reference })
    const { hash } = (waiting.data as { plan: { hash: string } }).plan
    expect((await approver.call(approval, { reference }, { hash, intent: 'approve' })).status).toBe(303)
    expect((await agent.call(execution, { reference }, {})).status).toBe(303)
    const page2 = await agent.call(casePage, { reference })
    await finish(runtime, (page2.data as { plan: { runId: string } }).plan.runId)
    expect(await crm.rows('select first_name, born_on from customers where id = 7')).toEqual([
      { first_name: null, born_on: null },
    ])
    expect(await crm.rows('select first_name from customers where id = 8')).toEqual([{ first_name: 'Kim' }])
    expect(await state(requestId)).toBe('completed')

    const copy = await certificateOf(runtime, requestId, { copy: 'staff', language: 'nl' })
    if (copy?.copy !== 'staff') throw new Error('no certificate')
    expect(certificateSchema.parse(copy)).toEqual(copy)
    expect(copy.earlier[0]?.systems[0]?.smallGroups).toMatchObject([
      { table: 'customers', size: 2, rows: 1, decision: 'empty', reason: 'nagekeken' },
    ])
    expect((await certificatePdf(copy)).byteLength).toBeGreaterThan(1_000)
  })

  it('may stay as they are with a reason, and are said to be uncounted once their time is over', async () => {
    const of = await erased(9)
    const [group] = await groupsOfRequest(test.runtime.db, of.requestId)
    expect(group).toMatchObject({ size: 1, rows: 1, columns: ['first_name', 'born_on'] })
    expect((await decide(of, 'accept-group')).status).toBe(303)
    expect((await decide(of, 'accept-group')).status).toBe(409)
    await finish(test.runtime, of.runId)
    expect(await state(of.requestId)).toBe('completed')

    // Once its time is over a group is said to be uncounted.
    const { db } = test.runtime
    const plan = await findPlan(db, of.planId)
    const [system] = await systemsOfPlan(db, of.planId)
    const opened = await openSystem(test.runtime, db, 'shop')
    if (!plan || !system || !opened.ok) throw new Error('no plan')
    const { sealer } = await openPlan(db, test.runtime, plan)
    const { sets } = await readContents(db, sealer, system.id)
    let minute = 0
    const now = () => Temporal.Instant.fromEpochMilliseconds(60_000 * minute++)
    const { adapter, map: resolved } = opened.system
    expect(await smallGroups(adapter, { model: modelOf(resolved), sets, now })).toMatchObject([
      { table: 'customers', size: null, groups: 1, rows: 1 },
    ])
  })
})
