import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { erasedRows, evidenceEntry, hold } from '~db/schema'
import { executeSystem } from '~/erasure/execute-system.server'
import { findPlan, openPlan, readContents, systemsOfPlan } from '~/erasure/plan-store.server'
import { reapplyErasures } from '~/erasure/reapply.server'
import { forgetErased, rememberErased } from '~/erasure/remember.server'
import { workRun } from '~/erasure/run.server'
import { findRun } from '~/erasure/run-records.server'
import { placeHold } from '~/holds/hold.server'
import { inTransaction } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { openSystem, removeSystem } from '~/systems/registry.server'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, start, type Staff } from './case'
import { backUp, restore } from './restore'
import { engines, map, smallCrm, type SmallCrm } from './small-crm'

describe.each(engines)('after %s was restored from a backup', (engine) => {
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
    await test.runtime.db.delete(erasedRows)
    await test.runtime.db.delete(hold)
    await connect(test.runtime, 'shop', engine, crm.url, map)
  })
  afterEach(async () => {
    await crm.close()
    await inTransaction(test.runtime, (tx) => removeSystem(tx, test.runtime, 'shop', { kind: 'system' }))
  })
  afterAll(() => test.close())

  const started = async (id: number) => {
    const requestId = await file(test.runtime, agent, { email: `person${String(id)}@shop.example` })
    return start(test.runtime, requestId, agent, approver)
  }
  const erase = async (id: number) => {
    const { runId } = await started(id)
    await finish(test.runtime, runId)
    return runId
  }
  const reapply = async (dryRun = false, since = test.runtime.clock.now()) => {
    const answer = await reapplyErasures(test.runtime, { system: 'shop', since, dryRun, actor: { kind: 'system' } })
    if (!answer.ok) throw new Error(answer.reason)
    return answer.done
  }

  it('says what is back without a change, erases exactly that again, and finds nothing the next time', async () => {
    const { runtime, clock } = test
    const backup = await backUp(crm)
    const first = await erase(5)
    await erase(1)
    expect(await reapply()).toMatchObject({ runs: [], refused: [] })
    await restore(crm, backup)
    const outside = {
      customers: 'id not in (1, 5)',
      addresses: 'id <> 5',
      invoices: 'customer_id not in (1, 5)',
      invoice_lines: 'invoice_id not in (10, 11, 50, 51)',
      tickets: 'id not in (1, 5)',
      audit: 'parent_id not in (1, 5)',
      chatter: '1 = 1',
    }
    const others = await crm.hashOf(outside)
    const restored = await crm.hashOf({ customers: '1 = 1', tickets: '1 = 1', invoices: '1 = 1' })

    const dry = await reapply(true)
    expect(await crm.hashOf({ customers: '1 = 1', tickets: '1 = 1', invoices: '1 = 1' })).toEqual(restored)
    expect(dry).toMatchObject({ dryRun: true, runs: [], refused: [] })
    const back = Object.fromEntries(dry.tables.map((each) => [each.table, each.back]))
    expect(back).toEqual({ customers: 2, addresses: 1, invoices: 2, invoice_lines: 2, tickets: 2, audit: 2 })

    const done = await reapply()
    expect(done.tables).toEqual(dry.tables)
    expect(done.runs.map((each) => each.state)).toEqual(['done', 'done'])
    expect(done.runs[0]?.repeats).toBe(first)
    expect(await crm.rows("select id from customers where email like 'person1@%' or email like 'person5@%'")).toEqual(
      [],
    )
    expect(await crm.rows('select id from tickets where id in (1, 5)')).toEqual([])
    expect(await crm.rows('select id, archived from invoices where customer_id = 5')).toEqual([
      { id: '50', archived: '1' },
    ])
    expect(await crm.hashOf(outside)).toEqual(others)
    const evidence = await runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.verb, 'reapply.started'))
    expect(evidence.map((each) => each.system)).toEqual(['shop', 'shop'])

    expect(await reapply()).toMatchObject({ runs: [], refused: [] })
    expect((await reapply()).tables.every((each) => each.back === 0)).toBe(true)
    clock.advance({ hours: 1 })
    await restore(crm, backup)
    expect((await reapply(true)).tables).toEqual([])
  })

  it('leaves a key that was given out again alone, and shows it', async () => {
    const backup = await backUp(crm)
    await erase(5)
    await restore(crm, backup)
    await crm.run("update tickets set customer_number = 'K-10006', body = 'Somebody else' where id = 5")
    const done = await reapply()
    expect(done.tables).toContainEqual({ table: 'tickets', action: 'delete', back: 0, changed: 1 })
    expect(await crm.rows('select body from tickets where id = 5')).toEqual([{ body: 'Somebody else' }])
  })

  it('knows the person again where the backup holds an older state of the row', async () => {
    const backup = await backUp(crm)
    await crm.run("update customers set last_name = 'New', address_id = null where id = 5")
    await erase(5)
    await restore(crm, backup)
    expect((await reapply()).runs.map((each) => each.state)).toEqual(['done'])
    expect(await crm.rows("select id from customers where last_name in ('New', 'Bakker5')")).toEqual([])
  })

  it('refuses the rows that a hold protects, whether on the person or on a table', async () => {
    const { runtime } = test
    const backup = await backUp(crm)
    await erase(5)
    await erase(6)
    await restore(crm, backup)
    const system = { kind: 'system' } as const
    await inTransaction(runtime, async (tx) => {
      const hashes = [blindIndex(runtime, 'email', 'person5@shop.example')]
      await placeHold(tx, runtime, { kind: 'hold', scope: 'person', hashes, actor: system })
      await placeHold(tx, runtime, { kind: 'hold', scope: 'table', systemKey: 'shop', table: 'tickets', actor: system })
    })
    const dry = await reapply(true)
    const done = await reapply()
    expect(done.refused).toEqual(dry.refused)
    expect(done.refused).toContainEqual({ table: 'customers', rows: 1, by: 'hold' })
    expect(done.refused.find((each) => each.table === 'tickets')).toMatchObject({ rows: 2, by: 'hold' })
    expect(await crm.rows("select id from customers where email = 'person5@shop.example'")).toEqual([{ id: '5' }])
    expect(await crm.rows("select id from customers where email = 'person6@shop.example'")).toEqual([])
    expect(await crm.rows('select id from tickets where id in (5, 6) order by id')).toEqual([{ id: '5' }, { id: '6' }])
  })

  it('loses nothing when the worker dies between the commit and its own record', async () => {
    const { runtime } = test
    const backup = await backUp(crm)
    const { runId, planId } = await started(7)
    const run = await findRun(runtime.db, runId)
    const plan = await findPlan(runtime.db, planId)
    const opened = await openSystem(runtime, runtime.db, 'shop')
    if (!run?.pseudonymKey || !plan || !opened.ok) throw new Error('no run')
    const planned = await openPlan(runtime.db, runtime, plan)
    const [of] = await systemsOfPlan(runtime.db, plan.id)
    await expect(
      executeSystem({
        system: opened.system,
        runId,
        planHash: plan.hash,
        search: planned.search,
        hashKey: planned.hashKey,
        contents: await readContents(runtime.db, planned.sealer, of?.id ?? ''),
        key: runtime.keys.open('wrapping', run.pseudonymKey, `erasure_run.pseudonym_key:${runId}`),
        at: runtime.clock.now().toString(),
        rowsPerBatch: 100_000,
        haltedBy: () => Promise.resolve(null),
        remember: (batch) => rememberErased(runtime, { run, opened: planned, system: opened.system }, batch),
        committed: () => Promise.reject(new Error('killed')),
      }),
    ).resolves.toMatchObject({ outcome: 'failed', receipts: [{}] })
    // What nobody confirmed is not repeated: it may never have been erased.
    expect((await reapply(true)).tables).toEqual([])
    await workRun(runtime, runId)
    await restore(crm, backup)
    expect((await reapply()).runs.map((each) => each.state)).toEqual(['done'])
    expect(await crm.rows("select id from customers where email = 'person7@shop.example'")).toEqual([])
  })

  it('keeps nothing of the rows once no backup can hold them any more', async () => {
    const { runtime, clock } = test
    const before = clock.now()
    await erase(8)
    const stored = await runtime.db.select().from(erasedRows)
    expect(stored.length).toBeGreaterThan(0)
    for (const row of stored) expect(Buffer.from(row.sealed).toString('latin1')).not.toContain('person8')
    const ofShop = eq(erasedRows.systemKey, 'shop')
    await forgetErased(runtime)
    expect(await runtime.db.select().from(erasedRows).where(ofShop)).toHaveLength(stored.length)
    clock.advance({ hours: 24 * 43 })
    await forgetErased(runtime)
    expect(await runtime.db.select().from(erasedRows).where(ofShop)).toEqual([])
    clock.set(before.toString())
  })
})
