import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eq, sql } from 'drizzle-orm'
import {
  deferredErasure,
  erasurePlan,
  erasureRun,
  evidenceEntry,
  residueFinding,
  runSystem,
  suppressionEntry,
} from '~db/schema'
import { approvePlan, rejectPlan } from '~/erasure/approve.server'
import { stopMarketingInSystems } from '~/erasure/by-itself.server'
import { eraseDeferred } from '~/erasure/deferred.server'
import { decideFinding } from '~/erasure/findings.server'
import { planForApi, presentPlan, runForApi } from '~/erasure/present.server'
import { previewErasure } from '~/erasure/preview.server'
import { resultForSubject } from '~/erasure/result.server'
import { workRun } from '~/erasure/run.server'
import { samples } from '~/erasure/samples.server'
import { executeSystem } from '~/erasure/execute-system.server'
import { findPlan, openPlan, readContents, systemsOfPlan } from '~/erasure/plan-store.server'
import { executePlan, runJobKey } from '~/erasure/start-run.server'
import { placeHold } from '~/holds/hold.server'
import { jobsAtHand } from '~/jobs/at-hand.server'
import { openMail } from '~/mail/compose.server'
import { inTransaction } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { fileSubmission } from '~/requests/intake.server'
import { activeStaff } from '~/staff/accounts.server'
import { keyword } from '~/systems/adapters/sql'
import { openSystem } from '~/systems/registry.server'
import { emailIndexesOf } from '~/requests/same-person.server'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { Temporal } from 'temporal-polyfill'
import { connect, file, finish, hire, mails, plan, start, type Staff } from './case'
import { refuseDeletion } from './refuse-deletion'
import { engines, map, smallCrm, type SmallCrm } from './small-crm'

describe.each(engines)('erasure in %s', (engine) => {
  let test: TestRuntime
  let crm: SmallCrm
  let agent: Staff
  let approver: Staff

  beforeAll(async () => {
    test = await testRuntime()
    agent = await hire(test.runtime, 'agent')
    approver = await hire(test.runtime, 'approver')
  })
  beforeEach(async () => {
    crm = await smallCrm(engine)
    await test.runtime.db.delete(deferredErasure)
    await connect(test.runtime, 'shop', engine, crm.url, map)
  })
  afterEach(async () => {
    await crm.close()
    const { removeSystem } = await import('~/systems/registry.server')
    await inTransaction(test.runtime, (tx) => removeSystem(tx, test.runtime, 'shop', { kind: 'system' }))
  })
  afterAll(() => test.close())

  const erase = async (id: number) => {
    const requestId = await file(test.runtime, agent, { email: `person${String(id)}@shop.example` })
    const started = await start(test.runtime, requestId, agent, approver)
    return { requestId, ...started }
  }
  const state = async (requestId: string) => (await findRequest(test.runtime.db, requestId))?.state

  it('keeps invoices within their term, deletes those past it, pseudonymises who is still referred to', async () => {
    const { runtime } = test
    const opened = await openSystem(runtime, runtime.db, 'shop')
    if (!opened.ok) throw new Error(opened.reason)
    const preview = await previewErasure({
      system: opened.system,
      identifiers: { email: ['Person5@shop.example '] },
      today: Temporal.PlainDate.from('2026-03-02'),
      fiscalYearEnd: '12-31',
    })
    const brief = preview.tables.map((t) => [t.table, t.action, t.reason, t.until, t.rows])
    expect(brief).toEqual([
      ['customers', 'pseudonymise', 'still_referred', '2031-12-31', 1],
      ['addresses', 'delete', 'rule', null, 1],
      ['invoices', 'delete', 'rule', null, 1],
      ['invoices', 'keep', 'term', '2031-12-31', 1],
      ['invoice_lines', 'delete', 'rule', null, 1],
      ['invoice_lines', 'keep', 'part_of', '2031-12-31', 1],
      ['tickets', 'delete', 'rule', null, 1],
      ['audit', 'delete', 'rule', null, 2],
    ])
    expect(preview.detached).toEqual([{ table: 'customers', column: 'address_id', rows: 1 }])

    const { requestId, runId, planId } = await erase(5)
    const [sample] = await samples(runtime.db, runtime, { planId, system: 'shop', table: 'customers' })
    expect(sample?.columns.find((each) => each.column === 'first_name')?.after).toBeNull()
    expect(JSON.stringify(sample)).not.toMatch(/Anna5|person5@|0612345605/)
    await finish(runtime, runId)
    expect(await runForApi(runtime.db, runId)).toMatchObject({
      state: 'done',
      systems: [{ state: 'done', deleted: 6, pseudonymised: 1, kept: 2, residue: { findings: [] } }],
    })
    expect(await state(requestId)).toBe('completed')
    const [customer] = await crm.rows('select * from customers where id = 5')
    expect(customer).toMatchObject({ first_name: null, address_id: null, born_on: '1980-01-01' })
    expect(customer?.email).toMatch(/^[0-9a-f]{24}@pseudonym\.invalid$/)
    expect(customer?.phone).toMatch(/^000\d{7}$/)
    expect(customer?.number).toMatch(/^p[0-9a-f]{19}$/)
    expect(customer?.notes).not.toContain('person5')
    expect(await crm.rows('select id, archived from invoices where customer_id = 5')).toEqual([
      { id: '50', archived: '1' },
    ])
    expect(await crm.rows('select * from audit where parent_id = 5')).toEqual([])
    const templates = (await mails(runtime)).filter((mail) => mail.requestId === requestId).map((mail) => mail.template)
    expect(templates.filter((name) => name.startsWith('erasure'))).toEqual(['erasure_partly_kept'])
    expect(await resultForSubject(runtime.db, requestId, 'nl')).toMatchObject({
      kept: [{ label: 'Facturen', reason: 'art. 52 AWR', until: '2031-12-31' }, {}],
    })
    const [run] = await runtime.db.select().from(erasureRun).where(eq(erasureRun.id, runId))
    expect([run?.pseudonymKey, run?.keyDestroyedAt === null]).toEqual([null, false])
  })

  it('changes no row outside the plan, and leaves a shared address as it was', async () => {
    const outside = {
      customers: 'id <> 1',
      addresses: '1 = 1',
      invoices: 'customer_id <> 1',
      invoice_lines: 'invoice_id not in (10, 11)',
      tickets: 'id <> 1',
      audit: 'parent_id <> 1',
      chatter: '1 = 1',
    }
    const before = await crm.hashOf(outside)
    const { runId, planId } = await erase(1)
    const shown = await planForApi(test.runtime.db, planId)
    expect(shown?.systems[0]?.tables).toContainEqual(
      expect.objectContaining({ table: 'addresses', action: 'keep', reason: 'shared', rows: 1 }),
    )
    await finish(test.runtime, runId)
    expect(await runForApi(test.runtime.db, runId)).toMatchObject({ state: 'done' })
    expect(await crm.hashOf(outside)).toEqual(before)
  })

  it('deletes a customer to whom nothing refers any more, and cuts what others refer to them by', async () => {
    await crm.run('delete from invoice_lines where invoice_id in (30, 31)')
    await crm.run('delete from invoices where customer_id = 3')
    const { runId } = await erase(3)
    await finish(test.runtime, runId)
    expect(await runForApi(test.runtime.db, runId)).toMatchObject({ state: 'done' })
    expect(await crm.rows('select id from customers where id = 3 or referred_by is not null')).toEqual([])
    expect(await crm.rows('select count(*) as n from customers')).toEqual([{ n: '11' }])
  })

  it('refuses a plan over a row that somebody chose and nothing proven finds, and erases nobody else', async () => {
    const requestId = await file(test.runtime, agent, { email: 'person5@shop.example' })
    const row = (key: string) => [{ system: 'shop', table: 'customers', key: [key] }]
    const chosen = row('6')
    for (const subjects of [chosen, [{ system: 'elsewhere', table: 'customers', key: ['5'] }]])
      expect(await plan(test.runtime, requestId, agent, { subjects })).toEqual({
        ok: false,
        reason: 'unfounded_choice',
        chosen: subjects,
      })
    const unknown = await file(test.runtime, agent, { email: 'nobody@shop.example' })
    expect(await plan(test.runtime, unknown, agent, { subjects: chosen })).toMatchObject({ reason: 'unfounded_choice' })
    expect(await presentPlan(test.runtime.db, unknown)).toBeNull()
    expect(await plan(test.runtime, requestId, agent, { subjects: row('5') })).toMatchObject({
      ok: true,
    })
  })

  it('succeeds with nothing found when the person is erased again', async () => {
    const first = await erase(4)
    await finish(test.runtime, first.runId)
    const second = await erase(4)
    await finish(test.runtime, second.runId)
    expect(await runForApi(test.runtime.db, second.runId)).toMatchObject({
      state: 'done',
      systems: [{ state: 'nothing_found', deleted: 0 }],
    })
    expect(await state(second.requestId)).toBe('completed')
    expect(
      (await mails(test.runtime)).filter((m) => m.requestId === second.requestId).map((m) => m.template),
    ).toContain('erasure_completed')
  })

  it('changes nothing when a row came after the approval, and goes back to planning with the difference', async () => {
    const { requestId, runId } = await erase(6)
    await crm.run(`insert into tickets values (99, 'K-10006', 'new')`)
    await crm.run(`update customers set notes = 'other' where id = 6`)
    const before = await crm.hashOf({ customers: '1 = 1', invoices: '1 = 1', tickets: '1 = 1', audit: '1 = 1' })
    await workRun(test.runtime, runId)
    expect(await runForApi(test.runtime.db, runId)).toMatchObject({ state: 'stale' })
    expect(await state(requestId)).toBe('in_progress')
    expect(await crm.hashOf({ customers: '1 = 1', invoices: '1 = 1', tickets: '1 = 1', audit: '1 = 1' })).toEqual(
      before,
    )
    const [run] = await test.runtime.db.select().from(erasureRun).where(eq(erasureRun.id, runId))
    expect(run?.difference).toEqual({
      shop: {
        customers: { added: 0, removed: 0, changed: 1, columns: ['notes'] },
        tickets: { added: 1, removed: 0, changed: 0 },
      },
    })
    expect(await crm.rows('select * from privacybalie_receipt')).toEqual([])
  })

  it('does nothing twice after a crash: the receipt in the CRM tells', async () => {
    const { runtime } = test
    const { runId, planId } = await erase(7)
    const system = await openSystem(runtime, runtime.db, 'shop')
    const row = await findPlan(runtime.db, planId)
    const [run] = await runtime.db.select().from(erasureRun).where(eq(erasureRun.id, runId))
    const [planned] = await systemsOfPlan(runtime.db, planId)
    if (!system.ok || !row || !planned || !run?.pseudonymKey) throw new Error('no plan')
    const { search, hashKey, sealer } = await openPlan(runtime.db, runtime, row)
    // The worker commits in the CRM and is killed before it writes that down.
    await executeSystem({
      system: system.system,
      runId,
      planHash: row.hash,
      search,
      hashKey,
      contents: await readContents(runtime.db, sealer, planned.id),
      key: runtime.keys.open('wrapping', run.pseudonymKey, `erasure_run.pseudonym_key:${runId}`),
      at: '2026-03-02T09:00:00Z',
      rowsPerBatch: 100_000,
      haltedBy: () => Promise.resolve(null),
      remember: () => Promise.resolve(),
      committed: () => Promise.resolve(),
    })
    const after = await crm.hashOf({ customers: '1 = 1', invoices: '1 = 1' })
    await workRun(runtime, runId)
    expect(await runForApi(runtime.db, runId)).toMatchObject({
      state: 'done',
      systems: [{ deleted: 6, pseudonymised: 1, kept: 2 }],
    })
    expect(await crm.rows('select run, batch from privacybalie_receipt')).toEqual([{ run: runId, batch: '0' }])
    expect(await crm.hashOf({ customers: '1 = 1', invoices: '1 = 1' })).toEqual(after)
  })

  it('waits for the open transaction of a killed worker, and finishes when it is gone', async () => {
    const { runId } = await erase(8)
    const { executeTable } = await receiptTableOf(crm)
    await executeTable()
    const freed = latch()
    const claimed = latch()
    const old = crm.adapter
      .transaction(async (tx) => {
        await tx.run(keyword(`insert into privacybalie_receipt values ('${runId}', 0, 'x', 'x', 0, 0, 0, '[]')`))
        claimed.open()
        await freed.opened
        throw new Error('killed')
      })
      .catch((error: unknown) => error)
    await claimed.opened
    const working = workRun(test.runtime, runId)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await crm.rows('select id from customers where id = 8 and first_name is not null')).toHaveLength(1)
    freed.open()
    await old
    await working
    expect(await runForApi(test.runtime.db, runId)).toMatchObject({ state: 'done' })
  })

  it('fails and changes nothing when a trigger of the CRM refuses', async () => {
    const { requestId, runId } = await erase(9)
    await refuseDeletion(crm)
    const before = await crm.hashOf({ customers: '1 = 1', invoices: '1 = 1', tickets: '1 = 1' })
    await workRun(test.runtime, runId)
    const run = await runForApi(test.runtime.db, runId)
    expect(run).toMatchObject({ state: 'failed', systems: [{ state: 'failed', deleted: 0 }] })
    expect(JSON.stringify(run)).not.toContain('no deletion here')
    expect(await crm.hashOf({ customers: '1 = 1', invoices: '1 = 1', tickets: '1 = 1' })).toEqual(before)
    expect(await state(requestId)).toBe('executing')
    await crm.run(crm.engine === 'postgres' ? 'drop trigger refuse on tickets' : 'drop trigger refuse')
    await finish(test.runtime, runId)
    expect(await state(requestId)).toBe('completed')
  })

  it('refuses approval by the planner, and of another hash', async () => {
    const requestId = await file(test.runtime, agent, { email: 'person10@shop.example' })
    const made = await plan(test.runtime, requestId, agent)
    if (!made.ok) throw new Error(made.reason)
    const approve = (hash: string, actor: Staff) =>
      inTransaction(test.runtime, (tx) => approvePlan(tx, test.runtime, { requestId, hash, actor, mover: 'approver' }))
    expect(made.plan.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(await approve(made.plan.hash, { ...agent, via: 'token' })).toEqual({ ok: false, reason: 'same_person' })
    expect(await approve('0'.repeat(64), approver)).toEqual({ ok: false, reason: 'hash_mismatch' })
    const early = await inTransaction(test.runtime, (tx) =>
      executePlan(tx, test.runtime, { requestId, actor: agent, mover: 'agent' }),
    )
    expect(early).toEqual({ ok: false, reason: 'not_approved' })
    const again = await plan(test.runtime, requestId, agent)
    if (!again.ok) throw new Error(again.reason)
    expect(await approve(made.plan.hash, approver)).toEqual({ ok: false, reason: 'hash_mismatch' })
    const rejected = await inTransaction(test.runtime, (tx) =>
      rejectPlan(tx, test.runtime, { requestId, reason: 'no', actor: approver, mover: 'approver' }),
    )
    expect(rejected).toMatchObject({ ok: true, request: { state: 'in_progress' } })
    expect(await presentPlan(test.runtime.db, requestId)).toMatchObject({ state: 'rejected' })
  })

  it('refuses to plan while two persons carry the address, until one is chosen', async () => {
    await crm.run(`update customers set phone = '0612345699' where id in (11, 12)`)
    const requestId = await file(test.runtime, agent, { email: 'nobody@shop.example', phone: '06-12345699' })
    expect(await plan(test.runtime, requestId, agent, { proven: ['phone'] })).toMatchObject({
      ok: false,
      reason: 'ambiguous_subject',
    })
    const chosen = await plan(test.runtime, requestId, agent, {
      proven: ['phone'],
      subjects: [{ system: 'shop', table: 'customers', key: ['11'] }],
    })
    expect(chosen).toMatchObject({ ok: true })
  })

  it('is blocked by a hold on the person, also half-way', async () => {
    const { requestId, runId } = await erase(11)
    await inTransaction(test.runtime, async (tx) =>
      placeHold(tx, test.runtime, {
        kind: 'hold',
        scope: 'person',
        hashes: await emailIndexesOf(tx, requestId),
        actor: agent,
      }),
    )
    await workRun(test.runtime, runId)
    expect(await runForApi(test.runtime.db, runId)).toMatchObject({ systems: [{ state: 'refused', deleted: 0 }] })
    expect(await crm.rows('select id from customers where id = 11 and first_name is not null')).toHaveLength(1)
    expect(await plan(test.runtime, requestId, agent)).toMatchObject({ ok: false })
  })

  it('finds what is left in tables that nobody mapped to the person, and does not say completed', async () => {
    const { requestId, runId } = await erase(12)
    await crm.run(`insert into chatter values (2, 'Ask person12@shop.example, not big.person12@shop.example')`)
    await crm.run(`insert into chatter values (3, 'big.person12@shop.example and Anna12 Bakker12')`)
    await finish(test.runtime, runId)
    expect(await runForApi(test.runtime.db, runId)).toMatchObject({
      state: 'done',
      systems: [{ residue: { findings: [{ table: 'chatter', column: 'said', rows: 1 }] } }],
    })
    expect(await state(requestId)).toBe('executing')
    const [found] = await test.runtime.db.select().from(runSystem).where(eq(runSystem.runId, runId))
    expect(found?.nameHits).toBe(1)
    const findings = await test.runtime.db.select().from(residueFinding)
    expect(JSON.stringify(findings)).not.toContain('person12')
    const other = await file(test.runtime, agent, { email: 'person4@shop.example' })
    const [finding] = findings.filter((each) => each.runSystemId === found?.id)
    const keep = (id: string) =>
      inTransaction(test.runtime, (tx) =>
        decideFinding(tx, test.runtime, {
          requestId: id,
          findingId: finding?.id ?? '',
          decision: 'keep',
          reason: 'a colleague',
          actor: agent,
        }),
      )
    expect(await keep(other)).toBe(false)
    expect(await keep(requestId)).toBe(true)
  })

  it('stops direct marketing at once, for every row with the address, without approval', async () => {
    const filed = await inTransaction(test.runtime, (tx) =>
      fileSubmission(tx, test.runtime, {
        kinds: ['objection'],
        objectionTo: 'direct_marketing',
        language: 'nl',
        filedBy: 'self',
        email: 'person2@shop.example',
      }),
    )
    const requestId = filed.requests[0]?.id ?? ''
    await stopMarketingInSystems(test.runtime, requestId)
    await stopMarketingInSystems(test.runtime, requestId)
    const [run] = await test.runtime.db.select().from(erasureRun).where(eq(erasureRun.requestId, requestId))
    await finish(test.runtime, run?.id ?? '')
    expect(await crm.rows('select id from customers where opt_in = 0')).toEqual([{ id: '2' }])
    expect(await state(requestId)).toBe('completed')
    expect((await test.runtime.db.select().from(suppressionEntry)).map((each) => each.reason)).toContain('objection')
  })

  it('erases what was kept on the day after its term, not before, and tells staff and the person once', async () => {
    const { runId, requestId } = await erase(5)
    await finish(test.runtime, runId)
    await hire(test.runtime, 'admin')
    const admins = (await activeStaff(test.runtime.db, ['admin'])).length
    const told = async () =>
      (await mails(test.runtime))
        .filter((mail) => mail.requestId === requestId && /^(kept_erased|deferred_told)$/.test(mail.template))
        .map((mail) => mail.template)
        .sort()
    const now = test.clock.now().toString()
    expect(await eraseDeferred(test.runtime)).toEqual([])
    test.clock.set('2032-01-01T03:00:00Z')
    const runs = await eraseDeferred(test.runtime)
    for (const id of runs) await workRun(test.runtime, id)
    for (const id of runs) expect(await runForApi(test.runtime.db, id)).toMatchObject({ state: 'done' })
    expect(await crm.rows('select id from invoices where customer_id = 5')).toEqual([])
    expect(await crm.rows('select id from customers where id = 5')).toEqual([])
    expect(await told()).toEqual([...Array.from({ length: admins }, () => 'deferred_told'), 'kept_erased'])
    const mail = (await mails(test.runtime)).find((each) => each.template === 'kept_erased')
    expect(mail && openMail(test.runtime, mail)).toMatchObject({ to: 'person5@shop.example' })
    expect(JSON.stringify(mail && openMail(test.runtime, mail)?.props)).toContain('"label":"Facturen","rows":1')
    expect(await crm.rows('select count(*) as n from customers')).toEqual([{ n: '11' }])
    expect(await eraseDeferred(test.runtime)).toEqual([])
    expect(await told()).toHaveLength(admins + 1)
    test.clock.set(now)
  })

  it('does nothing at night about a row that is still referred to, and deletes it when nothing refers to it any more', async () => {
    await crm.run('update invoices set issued_on = null where id = 80')
    const { runId } = await erase(8)
    await finish(test.runtime, runId)
    const [pseudonymised] = await crm.rows('select email from customers where id = 8')
    expect(pseudonymised?.email).toMatch(/@pseudonym\.invalid$/)
    const written = async () => [
      await test.runtime.db.$count(erasurePlan),
      await test.runtime.db.$count(evidenceEntry),
      await test.runtime.db.$count(deferredErasure),
    ]
    const before = await written()
    expect([await eraseDeferred(test.runtime), await eraseDeferred(test.runtime)]).toEqual([[], []])
    expect(await written()).toEqual(before)
    await crm.run('delete from invoice_lines where invoice_id = 80')
    await crm.run('delete from invoices where id = 80')
    for (const id of await eraseDeferred(test.runtime)) await workRun(test.runtime, id)
    expect(await crm.rows('select id from customers where id = 8')).toEqual([])
    expect(await eraseDeferred(test.runtime)).toEqual([])
  })

  it('tries the run of an ended term again where it failed, and begins no second one for its rows', async () => {
    const { runId } = await erase(7)
    await finish(test.runtime, runId)
    const now = test.clock.now().toString()
    test.clock.set('2032-01-01T03:00:00Z')
    const [first = '', ...more] = await eraseDeferred(test.runtime)
    expect(more).toEqual([])
    await refuseDeletion(crm, 'invoices')
    expect(await eraseDeferred(test.runtime)).toEqual([])
    await workRun(test.runtime, first)
    expect(await runForApi(test.runtime.db, first)).toMatchObject({ state: 'failed' })
    await test.runtime.db.execute(sql`select graphile_worker.remove_job(${runJobKey(first)})`)
    expect(await eraseDeferred(test.runtime)).toEqual([])
    expect(await jobsAtHand(test.runtime.db, [runJobKey(first)])).toEqual(new Set([runJobKey(first)]))
    await crm.run(crm.engine === 'postgres' ? 'drop trigger refuse on invoices' : 'drop trigger refuse')
    await workRun(test.runtime, first)
    expect(await runForApi(test.runtime.db, first)).toMatchObject({ state: 'done' })
    expect(await eraseDeferred(test.runtime)).toEqual([])
    test.clock.set(now)
  })

  it('tells staff alone when the key of a kept row carries something else by the end of its term', async () => {
    const { runId, requestId } = await erase(6)
    await finish(test.runtime, runId)
    const now = test.clock.now().toString()
    await crm.run('update invoices set customer_id = 7 where id = 60')
    test.clock.set('2032-01-01T03:00:00Z')
    for (const id of await eraseDeferred(test.runtime)) await workRun(test.runtime, id)
    expect(await crm.rows('select customer_id from invoices where id = 60')).toEqual([{ customer_id: '7' }])
    const changed = (await mails(test.runtime))
      .filter((mail) => mail.requestId === requestId && mail.template === 'deferred_told')
      .map((mail) => openMail(test.runtime, mail)?.props)
    expect(changed).toContainEqual(expect.objectContaining({ why: 'changed' }))
    test.clock.set(now)
  })
})

function latch() {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

async function receiptTableOf(crm: SmallCrm) {
  const { ensureReceiptTable } = await import('~/erasure/receipt.server')
  const catalogue = await crm.adapter.readCatalogue()
  return { executeTable: () => ensureReceiptTable(crm.adapter, { catalogue }) }
}
