import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { eq, sql } from 'drizzle-orm'
import { deferredErasure, erasureRun, evidenceEntry, runSystem } from '~db/schema'
import { cancelRun } from '~/erasure/cancel-run.server'
import { carryOut } from '~/erasure/carry-out.server'
import { executeSystem } from '~/erasure/execute-system.server'
import { modelOf } from '~/erasure/model'
import { pauseRun, resumeRun } from '~/erasure/pause-run.server'
import { findPlan, openPlan, readContents, systemsOfPlan } from '~/erasure/plan-store.server'
import { presentPlan, runForApi } from '~/erasure/present.server'
import { retryRun } from '~/erasure/retry-run.server'
import { workRun } from '~/erasure/run.server'
import { findRun } from '~/erasure/run-records.server'
import { runJobKey } from '~/erasure/start-run.server'
import { takeUpStrayRuns } from '~/erasure/stray-runs.server'
import { placeHold } from '~/holds/hold.server'
import { jobsAtHand } from '~/jobs/at-hand.server'
import { writeSetting } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { emailIndexesOf } from '~/requests/same-person.server'
import { keyword } from '~/systems/adapters/sql'
import { openSystem, removeSystem } from '~/systems/registry.server'
import { lineTo, type Line } from '~tests/support/line'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, start, type Staff } from './case'
import { refuseDeletion } from './refuse-deletion'
import { engines, map, smallCrm, type SmallCrm } from './small-crm'

const whole = { customers: '1 = 1', invoices: '1 = 1', invoice_lines: '1 = 1', tickets: '1 = 1', audit: '1 = 1' }

describe.each(engines)('an erasure in two systems, interrupted, in %s', (engine) => {
  let test: TestRuntime
  let shop: SmallCrm
  let depot: SmallCrm
  let lines: Record<'shop' | 'depot', Line>
  let agent: Staff
  let approver: Staff

  beforeAll(async () => {
    test = await testRuntime()
    agent = await hire(test.runtime, 'agent')
    approver = await hire(test.runtime, 'approver')
  })
  beforeEach(async () => {
    depot = await smallCrm(engine)
    shop = await smallCrm(engine)
    lines = { depot: await lineTo(depot.url), shop: await lineTo(shop.url) }
    await connect(test.runtime, 'depot', engine, lines.depot.url, map.replace('system: shop', 'system: depot'))
    await connect(test.runtime, 'shop', engine, lines.shop.url, map)
  })
  afterEach(async () => {
    for (const key of ['shop', 'depot'] as const) {
      await inTransaction(test.runtime, (tx) => removeSystem(tx, test.runtime, key, { kind: 'system' }))
      await lines[key].close()
    }
    await shop.close()
    await depot.close()
    await rowsPerBatch(100_000)
  })
  afterAll(() => test.close())

  const rowsPerBatch = (rows: number) =>
    inTransaction(test.runtime, (tx) => writeSetting(tx, test.runtime, 'erasure.rowsPerBatch', rows, null))
  const begin = async (id: number) => {
    const requestId = await file(test.runtime, agent, { email: `person${String(id)}@shop.example` })
    return { requestId, ...(await start(test.runtime, requestId, agent, approver)) }
  }
  const state = async (requestId: string) => (await findRequest(test.runtime.db, requestId))?.state
  const systems = async (runId: string) =>
    Object.fromEntries(
      (await test.runtime.db.select().from(runSystem).where(eq(runSystem.runId, runId))).map((row) => [
        row.systemKey,
        row,
      ]),
    )
  const letDelete = (crm: SmallCrm) =>
    crm.run(crm.engine === 'postgres' ? 'drop trigger refuse on tickets' : 'drop trigger refuse')
  const hashes = async () => [await depot.hashOf(whole), await shop.hashOf(whole)]
  /** What a worker has in hand when it comes to one system of a run. */
  const inHand = async (run: { runId: string; planId: string }, key: 'shop' | 'depot') => {
    const { runtime } = test
    const opened = await openSystem(runtime, runtime.db, key)
    const plan = await findPlan(runtime.db, run.planId)
    const row = await findRun(runtime.db, run.runId)
    const planned = (await systemsOfPlan(runtime.db, run.planId)).find((each) => each.systemKey === key)
    if (!opened.ok || !plan || !planned || !row?.pseudonymKey) throw new Error('no plan')
    const { search, hashKey, sealer } = await openPlan(runtime.db, runtime, plan)
    return {
      system: opened.system,
      runId: run.runId,
      planHash: plan.hash,
      search,
      hashKey,
      contents: await readContents(runtime.db, sealer, planned.id),
      key: runtime.keys.open('wrapping', row.pseudonymKey, `erasure_run.pseudonym_key:${run.runId}`),
      rowsPerBatch: row.rowsPerBatch,
    }
  }
  /** Carries a run out in one system, as the worker does, and writes nothing of it down. */
  const executeIn = async (run: { runId: string; planId: string }, key: 'shop' | 'depot', lockTimeoutMs = 5_000) => {
    const execution = await inHand(run, key)
    await test.runtime.db
      .update(runSystem)
      .set({ state: 'running', attemptedAt: test.runtime.clock.now() })
      .where(sql`${runSystem.runId} = ${run.runId} and ${runSystem.systemKey} = ${key}`)
    return executeSystem({
      ...execution,
      at: '2026-03-02T09:00:00Z',
      haltedBy: () => Promise.resolve(null),
      remember: () => Promise.resolve(),
      committed: () => Promise.resolve(),
      lockTimeoutMs,
    })
  }
  /** The number that the customer of a run would get, had nobody else got it: carried out and taken back. */
  const numberToCome = async (run: { runId: string; planId: string }, id: number) => {
    const { system, contents, key } = await inHand(run, 'shop')
    const model = modelOf(system.map)
    let number: string | null | undefined
    const undone = shop.adapter.transaction(async (tx) => {
      await carryOut(tx, { model, key, traces: contents.traces }, contents)
      number = (await tx.query(keyword(`select number from customers where id = ${String(id)}`)))[0]?.number
      throw new Error('taken back')
    })
    await expect(undone).rejects.toThrow('taken back')
    return String(number)
  }
  /** The worker commits in a connected database and is killed before it writes anything of it down. */
  const commitUnseen = async (run: { runId: string; planId: string }, key: 'shop' | 'depot') =>
    expect((await executeIn(run, key)).outcome).toBe('executed')
  /** Does something while another session holds a row of the CRM. */
  const whileLocked = (crm: SmallCrm, table: string, id: number, work: () => Promise<void>) =>
    crm.adapter.transaction(async (tx) => {
      await tx.query(keyword(`select id from ${table} where id = ${String(id)} for update`))
      await work()
    })
  /** Ends the session of the CRM that waits for a lock, once one does. */
  const cutWaiting = async (crm: SmallCrm) => {
    const waiting =
      crm.engine === 'postgres'
        ? `select pid as id from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        : `select trx_mysql_thread_id as id from information_schema.innodb_trx where trx_state = 'LOCK WAIT'
            and trx_mysql_thread_id in (select id from information_schema.processlist where db = database())`
    const [session] = await vi.waitUntil(
      async () => {
        const found = await crm.rows(waiting)
        return found.length > 0 && found
      },
      // MariaDB writes that list anew every tenth of a second, if nobody asked in the meantime.
      { timeout: 20_000, interval: 150 },
    )
    const id = session?.id ?? ''
    await crm.rows(crm.engine === 'postgres' ? `select pg_terminate_backend(${id})` : `kill ${id}`).catch(() => [])
  }

  it('gives out other pseudonyms where one is somebody’s already', async () => {
    const run = await begin(1)
    const taken = await numberToCome(run, 1)
    await shop.run(
      `insert into customers (id, number, email, last_name) values (99, '${taken}', 'other@shop.example', 'Other')`,
    )
    await workRun(test.runtime, run.runId)
    const numbers = await shop.rows('select id, number from customers where id in (1, 99) order by id')
    expect(numbers).toEqual([
      { id: '1', number: expect.stringMatching(/^p[0-9a-f]{19}$/) as string },
      { id: '99', number: taken },
    ])
    expect(numbers[0]?.number).not.toBe(taken)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({ state: 'done' })
  })

  it('stops as partial after some batches, and when retried finishes them once and defers what it kept', async () => {
    await rowsPerBatch(2)
    const run = await begin(5)
    await refuseDeletion(shop)
    await workRun(test.runtime, run.runId)
    const half = (await systems(run.runId)).shop
    expect(half).toMatchObject({ state: 'failed', recordedAt: null, attemptedAt: null })
    expect(half?.executedAt).not.toBeNull()
    expect(half?.batchesDone).toBeGreaterThan(0)
    expect(half?.rowsDone).toBe(2 * (half?.batchesDone ?? 0))
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({ state: 'partial' })
    await letDelete(shop)
    await finish(test.runtime, run.runId)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({
      state: 'done',
      systems: [
        { system: 'depot', state: 'done', deleted: 6, pseudonymised: 1, kept: 2 },
        { system: 'shop', state: 'done', deleted: 6, pseudonymised: 1, kept: 2 },
      ],
    })
    const deferred = await test.runtime.db.select().from(deferredErasure).where(eq(deferredErasure.runId, run.runId))
    expect(deferred.map((each) => `${each.systemKey}.${each.table} ${String(each.rows)}`).sort()).toEqual(
      ['depot', 'shop'].flatMap((key) => [`${key}.customers 1`, `${key}.invoice_lines 1`, `${key}.invoices 1`]),
    )
    const batches = (await systems(run.runId)).shop?.batches ?? 0
    expect(await shop.rows('select count(*) as n from privacybalie_receipt')).toEqual([{ n: String(batches) }])
    expect(await state(run.requestId)).toBe('completed')
  })

  it('leaves a row that changed between two batches, and stops as partial', async () => {
    await rowsPerBatch(2)
    const run = await begin(5)
    await refuseDeletion(shop)
    await workRun(test.runtime, run.runId)
    await letDelete(shop)
    await shop.run(`update tickets set body = 'written by a colleague meanwhile' where id = 5`)
    await workRun(test.runtime, run.runId)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({
      state: 'partial',
      systems: [{ state: 'done' }, { state: 'failed', error: { kind: 'stale' } }],
    })
    expect(await shop.rows('select body from tickets where id = 5')).toEqual([
      { body: 'written by a colleague meanwhile' },
    ])
    expect(await state(run.requestId)).toBe('executing')
  })

  it('changes nothing in the first system when the second no longer fits', async () => {
    const run = await begin(6)
    await shop.run(`insert into tickets values (99, 'K-10006', 'new')`)
    const before = await hashes()
    await workRun(test.runtime, run.runId)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({ state: 'stale' })
    expect((await findRun(test.runtime.db, run.runId))?.difference).toEqual({
      shop: { tickets: { added: 1, removed: 0, changed: 0 } },
    })
    expect(await hashes()).toEqual(before)
    expect(await state(run.requestId)).toBe('in_progress')
  })

  it('is partial, not stale, when the second no longer fits after the first was done', async () => {
    const run = await begin(7)
    await refuseDeletion(shop)
    await workRun(test.runtime, run.runId)
    await letDelete(shop)
    await shop.run(`insert into tickets values (99, 'K-10007', 'new')`)
    await workRun(test.runtime, run.runId)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({
      state: 'partial',
      systems: [
        { system: 'depot', state: 'done' },
        { system: 'shop', state: 'failed', error: { kind: 'stale' } },
      ],
    })
    expect(await state(run.requestId)).toBe('executing')
    expect((await findRun(test.runtime.db, run.runId))?.pseudonymKey).not.toBeNull()
  })

  it('keeps its key while a system that may have been changed does not answer, and knows when it does', async () => {
    const run = await begin(8)
    await commitUnseen(run, 'depot')
    lines.depot.cut()
    await shop.run(`insert into tickets values (99, 'K-10008', 'new')`)
    await workRun(test.runtime, run.runId)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({ state: 'partial' })
    expect((await findRun(test.runtime.db, run.runId))?.pseudonymKey).not.toBeNull()
    expect(await state(run.requestId)).toBe('executing')
    lines.depot.mend()
    await workRun(test.runtime, run.runId)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({
      state: 'partial',
      systems: [
        { system: 'depot', state: 'done', deleted: 6 },
        { system: 'shop', state: 'failed', error: { kind: 'stale' } },
      ],
    })
    expect(await depot.rows('select count(*) as n from privacybalie_receipt')).toEqual([{ n: '1' }])
  })

  it('is stale and changes nothing when what may have been changed turns out not to be', async () => {
    const run = await begin(9)
    const before = await depot.hashOf(whole)
    await test.runtime.db
      .update(runSystem)
      .set({ state: 'running', attemptedAt: test.clock.now() })
      .where(sql`${runSystem.runId} = ${run.runId} and ${runSystem.systemKey} = 'depot'`)
    lines.depot.cut()
    await shop.run(`insert into tickets values (99, 'K-10009', 'new')`)
    await workRun(test.runtime, run.runId)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({ state: 'partial' })
    lines.depot.mend()
    await workRun(test.runtime, run.runId)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({ state: 'stale' })
    expect(await depot.hashOf(whole)).toEqual(before)
    expect(await state(run.requestId)).toBe('in_progress')
  })

  it('verifies by itself as soon as a system that was executed answers again, and fails for a person when it does not', async () => {
    const run = await begin(10)
    await commitUnseen(run, 'depot')
    await commitUnseen(run, 'shop')
    for (const key of ['depot', 'shop'])
      await test.runtime.db
        .update(runSystem)
        .set({ state: 'executed', executedAt: test.clock.now(), batchesDone: 1, attemptedAt: null })
        .where(sql`${runSystem.runId} = ${run.runId} and ${runSystem.systemKey} = ${key}`)
    lines.shop.cut()
    await workRun(test.runtime, run.runId)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({ state: 'running' })
    const key = runJobKey(run.runId)
    expect((await jobsAtHand(test.runtime.db, [key])).has(key)).toBe(true)
    for (let tries = 0; tries < 5; tries++) await workRun(test.runtime, run.runId)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({
      state: 'partial',
      systems: [{ state: 'done' }, { state: 'failed' }],
    })
    lines.shop.mend()
    expect(
      await inTransaction(test.runtime, (tx) => retryRun(tx, test.runtime, { runId: run.runId, actor: agent })),
    ).toBe(true)
    await finish(test.runtime, run.runId)
    expect(await state(run.requestId)).toBe('completed')
    expect(await shop.rows('select count(*) as n from privacybalie_receipt')).toEqual([{ n: '1' }])
  })

  it('goes on by itself where its connection is cut in the middle, and does nothing twice', async () => {
    const run = await begin(3)
    let working = Promise.resolve()
    await whileLocked(shop, 'customers', 3, async () => {
      working = workRun(test.runtime, run.runId)
      await cutWaiting(shop)
    })
    await working
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({ state: 'done' })
    expect(await shop.rows('select count(*) as n from privacybalie_receipt')).toEqual([{ n: '1' }])
  })

  it('gives way to a lock that somebody else holds, tries again, and finishes when it is let go', async () => {
    const run = await begin(2)
    const before = await shop.hashOf(whole)
    let outcome: unknown
    // MariaDB counts the patience for a lock in whole seconds.
    await whileLocked(shop, 'customers', 2, async () => {
      const executed = await executeIn(run, 'shop', engine === 'postgres' ? 20 : 1_000)
      outcome = executed.outcome === 'failed' && executed.error
    })
    expect(outcome).toMatchObject({ kind: 'lock_timeout', retryable: true })
    expect(await shop.hashOf(whole)).toEqual(before)
    await finish(test.runtime, run.runId)
    expect(await state(run.requestId)).toBe('completed')
    expect(await shop.rows('select count(*) as n from privacybalie_receipt')).toEqual([{ n: '1' }])
  })

  it('stops where a hold is set half-way: what is done stands, the rest is left, and it is partial', async () => {
    const run = await begin(1)
    const before = await shop.hashOf(whole)
    let working = Promise.resolve()
    await whileLocked(shop, 'customers', 1, async () => {
      working = workRun(test.runtime, run.runId)
      await vi.waitUntil(async () => (await systems(run.runId)).shop?.state === 'running', { timeout: 20_000 })
      await inTransaction(test.runtime, async (tx) => {
        const hashes = await emailIndexesOf(tx, run.requestId)
        await placeHold(tx, test.runtime, { kind: 'hold', scope: 'person', hashes, actor: agent })
      })
    })
    await working
    const stopped = { state: 'partial', systems: [{ state: 'done' }, { state: 'refused', error: { kind: 'hold' } }] }
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject(stopped)
    expect(await shop.hashOf(whole)).toEqual(before)
    await workRun(test.runtime, run.runId)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject(stopped)
    expect(await state(run.requestId)).toBe('executing')
  })

  it('is taken up again when its job is gone, and only then', async () => {
    const run = await begin(11)
    expect(await takeUpStrayRuns(test.runtime)).not.toContain(run.runId)
    await test.runtime.db.execute(sql`select graphile_worker.remove_job(${runJobKey(run.runId)})`)
    expect(await takeUpStrayRuns(test.runtime)).toContain(run.runId)
    expect(await takeUpStrayRuns(test.runtime)).not.toContain(run.runId)
    await finish(test.runtime, run.runId)
    expect(await takeUpStrayRuns(test.runtime)).not.toContain(run.runId)
  })

  it('waits while it is paused, and goes on where it stopped', async () => {
    const run = await begin(12)
    const order = { requestId: run.requestId, runId: run.runId, actor: agent }
    const pausing = () => inTransaction(test.runtime, (tx) => pauseRun(tx, test.runtime, order))
    const resuming = () => inTransaction(test.runtime, (tx) => resumeRun(tx, test.runtime, order))
    expect(await resuming()).toEqual({ ok: false, reason: 'not_paused' })
    expect(await pausing()).toEqual({ ok: true })
    expect(await pausing()).toEqual({ ok: false, reason: 'not_running' })
    const before = await hashes()
    await workRun(test.runtime, run.runId)
    expect(await hashes()).toEqual(before)
    expect(await runForApi(test.runtime.db, run.runId)).toMatchObject({ state: 'running' })
    expect(await takeUpStrayRuns(test.runtime)).not.toContain(run.runId)
    expect(await resuming()).toEqual({ ok: true })
    await finish(test.runtime, run.runId)
    expect(await state(run.requestId)).toBe('completed')
    expect(await pausing()).toEqual({ ok: false, reason: 'not_running' })
  })

  it('is taken back before anything was changed, and not afterwards', async () => {
    const cancel = (run: { requestId: string; runId: string }, reason = 'De klant belde') =>
      inTransaction(test.runtime, (tx) =>
        cancelRun(tx, test.runtime, { requestId: run.requestId, runId: run.runId, reason, actor: agent }),
      )
    const run = await begin(4)
    const before = await hashes()
    expect(await cancel(run, ' ')).toEqual({ ok: false, reason: 'reason_missing' })
    expect(await cancel(run)).toEqual({ ok: true })
    await workRun(test.runtime, run.runId)
    expect(await hashes()).toEqual(before)
    expect(await state(run.requestId)).toBe('in_progress')
    expect(await presentPlan(test.runtime.db, run.requestId)).toMatchObject({ state: 'recalled' })
    expect(await findRun(test.runtime.db, run.runId)).toMatchObject({ state: 'failed', pseudonymKey: null })
    expect(await cancel(run)).toEqual({ ok: false, reason: 'not_running' })
    await workRun(test.runtime, run.runId)
    expect(await hashes()).toEqual(before)
    const verbs = (
      await test.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, run.requestId))
    ).map((each) => each.verb)
    expect(verbs).toEqual(expect.arrayContaining(['run.cancel_asked', 'run.cancelled']))

    const again = await start(test.runtime, run.requestId, agent, approver)
    await commitUnseen(again, 'depot')
    expect(await cancel({ ...run, ...again })).toEqual({ ok: true })
    await workRun(test.runtime, again.runId)
    await finish(test.runtime, again.runId)
    expect(await runForApi(test.runtime.db, again.runId)).toMatchObject({ state: 'done' })
    const [row] = await test.runtime.db.select().from(erasureRun).where(eq(erasureRun.id, again.runId))
    expect(row?.closedAt).toBeNull()
  })
})
