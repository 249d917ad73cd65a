import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setTimeout as pause } from 'node:timers/promises'
import { eq, inArray, sql } from 'drizzle-orm'
import postgres from 'postgres'
import { erasedRows, erasureRun, evidenceEntry, runSystem } from '~db/schema'
import { makePlan } from '~/erasure/make-plan.server'
import { findPlan } from '~/erasure/plan-store.server'
import { startRun } from '~/erasure/start-run.server'
import { takeUpStrayRuns } from '~/erasure/stray-runs.server'
import { LOOK_EVERY_MS } from '~/jobs/runner.server'
import { inTransaction } from '~/platform/runtime.server'
import { keyword } from '~/systems/adapters/sql'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect } from './case'
import { emailOf, killCrm, killMap, type KillCrm } from './kill/kill-crm'
import { workerPlace, type Worker, type WorkerPlace } from './kill/workers'
import { engines } from './small-crm'

const SUBJECTS = 200
const KILLS = 50
/** Customers that nobody erases, and whose rows must not change. */
const OTHERS = 30
const FROM_BOUNDARIES = SUBJECTS + 1
const CUSTOMERS = SUBJECTS + 10 + OTHERS

describe('workers that are killed', () => {
  let test: TestRuntime
  let place: WorkerPlace
  let crms: { shop: KillCrm; depot: KillCrm }
  let beyond: string[]

  beforeAll(async () => {
    test = await testRuntime(new Date().toISOString())
    place = await workerPlace()
    crms = {
      shop: await killCrm('postgres', CUSTOMERS),
      depot: await killCrm(engines.includes('mysql') ? 'mysql' : 'postgres', CUSTOMERS),
    }
    for (const key of ['shop', 'depot'] as const)
      await connect(test.runtime, key, crms[key].engine, crms[key].url, killMap(key))
    beyond = await hashes()
  })
  afterAll(async () => {
    await place.close()
    await crms.shop.close()
    await crms.depot.close()
    await test.close()
  })

  const hashes = async () => [
    await crms.shop.hashBeyond(CUSTOMERS - OTHERS),
    await crms.depot.hashBeyond(CUSTOMERS - OTHERS),
  ]
  const workerEnvironment = () => ({ ...test.environment, ALLOWED_SYSTEM_HOSTS: '127.0.0.1' })
  const worker = () => place.start(workerEnvironment())
  const planOf = (id: number): Promise<string> =>
    inTransaction(test.runtime, async (tx) => {
      const made = await makePlan(tx, test.runtime, {
        cause: 'erasure',
        request: null,
        identifiers: { email: [emailOf(id)] },
        intent: { kind: 'erase', only: null },
        actor: { kind: 'system' },
      })
      if (!made.ok) throw new Error(made.reason)
      return made.plan.id
    })
  /** Starts the run of a plan; the jobs do the rest. */
  const startOf = (planId: string): Promise<string> =>
    inTransaction(test.runtime, async (tx) => {
      const plan = await findPlan(tx, planId)
      if (!plan) throw new Error('no plan')
      return startRun(tx, test.runtime, plan, { kind: 'system' })
    })
  const states = async (runs: readonly string[]) => {
    const counted: Record<string, number> = {}
    for (const { state } of await test.runtime.db
      .select({ state: erasureRun.state })
      .from(erasureRun)
      .where(inArray(erasureRun.id, [...runs])))
      counted[state] = (counted[state] ?? 0) + 1
    return counted
  }
  const untilDone = (runs: readonly string[]) =>
    until(async () => {
      // The clockwork does so every minute.
      await takeUpStrayRuns(test.runtime)
      return ((await states(runs)).done ?? 0) === runs.length
    }, 60_000)
  const rowOf = async (run: string, key: string) =>
    (await test.runtime.db.select().from(runSystem).where(eq(runSystem.runId, run))).find(
      (row) => row.systemKey === key,
    )
  /** Does something while the worker waits for a row of the CRM, in the middle of its transaction. */
  const inTheMiddle = async (customer: number, start: () => Promise<string>, then: (run: string) => Promise<void>) =>
    crms.depot.adapter.transaction(async (tx) => {
      await tx.query(keyword(`select id from customers where id = ${String(customer)} for update`))
      const run = await start()
      await until(async () => (await rowOf(run, 'depot'))?.state === 'running')
      await pause(200)
      await then(run)
      return run
    })
  /** What every one of these runs must have left behind, wherever its workers were killed. */
  const expectOnce = async (runs: readonly string[]) => {
    expect(await states(runs)).toEqual({ done: runs.length })
    const list = runs.map((id) => `'${id}'`).join(', ')
    for (const crm of Object.values(crms))
      expect(
        await crm.rows(
          `select count(*) as n, count(distinct run) as runs from privacybalie_receipt where run in (${list})`,
        ),
      ).toEqual([{ n: String(runs.length), runs: String(runs.length) }])
    const verbs: Record<string, number> = {}
    for (const { verb, data } of await test.runtime.db.select().from(evidenceEntry))
      if (runs.includes(String(data['run']))) verbs[verb] = (verbs[verb] ?? 0) + 1
    expect(verbs).toEqual({
      'run.started': runs.length,
      'run.executed': 2 * runs.length,
      'run.verified': 2 * runs.length,
      'run.done': runs.length,
    })
    const unconfirmed = await test.runtime.db
      .select({ run: erasedRows.runId })
      .from(erasedRows)
      .where(sql`${inArray(erasedRows.runId, [...runs])} and ${erasedRows.committedAt} is null`)
    expect(unconfirmed).toEqual([])
  }

  it(`at ${String(KILLS)} random moments leave ${String(SUBJECTS)} subjects erased once in both systems, and nothing else touched`, async () => {
    const runs: string[] = []
    let workers = [worker(), worker()]
    for (let kill = 0; kill < KILLS; kill++) {
      const from = (kill * SUBJECTS) / KILLS + 1
      for (let id = from; id < from + SUBJECTS / KILLS; id++) runs.push(await startOf(await planOf(id)))
      const [victim, ...others] = workers
      // One whose connection was broken while it started has stopped by itself, and is started again like any other.
      await victim?.ready.catch(() => undefined)
      await pause(Math.random() * 250)
      await victim?.kill()
      // Now and then the connections to our own database and to the CRM break as well.
      if (kill % 10 === 4) await breakConnections(test.environment.DATABASE_URL)
      if (kill % 10 === 9) await breakConnections(crms.shop.url)
      workers = [...others, worker()]
    }
    workers.push(worker())
    await untilDone(runs)
    await expectOnce(runs)
    expect(await hashes()).toEqual(beyond)
    for (const crm of Object.values(crms)) {
      expect(
        await crm.rows(`select count(*) as n from customers where id <= ${String(SUBJECTS)} and name is not null`),
      ).toEqual([{ n: '0' }])
      expect(await crm.written(SUBJECTS)).toEqual({
        // A customer with an invoice is rewritten in two statements, and the others go; so do two orders each.
        'customers D 1 times': SUBJECTS / 2,
        'customers U 2 times': SUBJECTS / 2,
        'orders D 1 times': 2 * SUBJECTS,
      })
    }
    for (const each of workers) {
      expect(each.said()).not.toMatch(/@kill\.example|Person \d/)
      await each.kill()
    }
  }, 600_000)

  it('have their jobs taken up by another that was at work all the while', async () => {
    // Two looks find a killed worker, and what it took in its last two seconds is old enough then.
    expect(2 * LOOK_EVERY_MS + 10_000).toBeLessThan(60_000)
    const plan = await planOf(FROM_BOUNDARIES + 9)
    const victim = worker()
    await victim.ready
    const others: Worker[] = []
    const run = await inTheMiddle(
      FROM_BOUNDARIES + 9,
      () => startOf(plan),
      async () => {
        const other = place.start({ ...workerEnvironment(), TEST_LOOK_EVERY_MS: '400' })
        others.push(other)
        await other.ready
        // It has looked at its start, and for the last time after that: from here on only its clockwork looks.
        await pause(3_000)
        await victim.kill()
        await until(() => Promise.resolve(other.said().includes('released the jobs of killed workers')))
      },
    )
    await until(async () => (await states([run])).done === 1)
    await expectOnce([run])
    for (const other of others) await other.kill()
  })

  it('at each boundary of a step finish it once when they are started again', async () => {
    const own = postgres(test.ownerUrl, { max: 2, onnotice: () => undefined })
    const receipt = async (run: string) =>
      (await crms.depot.rows(`select run from privacybalie_receipt where run = '${run}'`)).length > 0
    type Moment = (start: () => Promise<string>, victim: Worker, customer: number) => Promise<string>
    const afterIts: (state: string) => Moment = (state) => async (start) => {
      const run = await start()
      await until(async () => (await rowOf(run, 'depot'))?.state === state)
      return run
    }
    const moments: Record<string, Moment> = {
      'the job was taken': async (start) => {
        const run = await start()
        await until(async () => {
          const taken = await test.runtime.db.execute(
            sql`select 1 from graphile_worker._private_jobs where locked_at is not null`,
          )
          return taken.length > 0
        })
        return run
      },
      'the transaction is open': (start, victim, customer) => inTheMiddle(customer, start, () => victim.kill()),
      'the CRM has committed and we know nothing of it': async (start, victim, customer) =>
        own.begin(async (tx) => {
          const run = await inTheMiddle(customer, start, async (id) => {
            await tx`select 1 from run_system where run_id = ${id} and system_key = 'depot' for no key update`
          })
          await until(() => receipt(run))
          expect(await rowOf(run, 'depot')).toMatchObject({ state: 'running', executedAt: null })
          await victim.kill()
          return run
        }),
      'one system was executed': afterIts('executed'),
      'one system was verified': afterIts('done'),
      'both were verified and the run has no state yet': (start, victim) =>
        own.begin(async (tx) => {
          const run = await start()
          await until(async () => (await rowOf(run, 'depot'))?.state === 'executed')
          await tx`select 1 from erasure_run where id = ${run} for no key update`
          await until(async () => (await rowOf(run, 'shop'))?.state === 'done')
          await victim.kill()
          return run
        }),
    }
    const runs: string[] = []
    for (const [at, moment] of Object.values(moments).entries()) {
      const customer = FROM_BOUNDARIES + at
      const victim = worker()
      await victim.ready
      const plan = await planOf(customer)
      const run = await moment(() => startOf(plan), victim, customer)
      runs.push(run)
      await victim.kill()
      const next = worker()
      await untilDone([run])
      await next.kill()
    }
    await expectOnce(runs)
    expect(await hashes()).toEqual(beyond)
    await own.end()
  }, 600_000)
})

async function until(holds: () => Promise<boolean>, patience = 30_000): Promise<void> {
  for (let waited = 0; waited < patience; waited += 10) {
    if (await holds()) return
    await pause(10)
  }
  throw new Error('It does not come about')
}

async function breakConnections(url: string): Promise<void> {
  const admin = postgres(url, { max: 1, onnotice: () => undefined })
  await admin`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and usename = current_user
      and application_name = 'privacybalie' and state <> 'idle'`
  await admin.end()
}
