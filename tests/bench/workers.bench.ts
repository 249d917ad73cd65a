import { inArray, sql } from 'drizzle-orm'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import postgres from 'postgres'
import { projectRoot } from '~db/migrate'
import { availableParallelism } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { erasureRun } from '~db/schema'
import { makePlan } from '~/erasure/make-plan.server'
import { findPlan } from '~/erasure/plan-store.server'
import { startRun } from '~/erasure/start-run.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { writeSetting } from '~/platform/organisation.server'
import { forgetAdapters } from '~/systems/open-adapters.server'
import { connect } from '../erasure/case'
import type { Bench, Part } from './bench'
import { fillShop, shopEmail, shopMap } from './fill-shop'
import { atOnce } from './in-turns'
import { benchMasterKey, openBenchRuntime, startBenchServer } from './own-database'
import { stopProcess } from './production-server'

const numbers = [1, 2, 4]

/**
 * Runs of erasure that wait as jobs, worked off by one, two and four processes over one PostgreSQL: how many a second, from
 * the moment at which all of them stand there to the last that is done. Each must leave one receipt.
 */
export default {
  about: `2,000 erasure jobs by 2 and 4 worker processes against one; grows until the cores (here ${availableParallelism()}) are the limit`,
  async run({ size = 2_000, ...options }) {
    const server = await startBenchServer(options)
    await server.recreate('workers')
    await server.recreate('workers_shop')
    const shop = postgres(server.url('workers_shop'), { max: 1, onnotice: () => undefined })
    const { runtime, close } = await openBenchRuntime(server.url('workers'))
    try {
      await fillShop(shop, Math.max(25_000, size * numbers.length))
      await shop`create table erased_by_hand (run uuid)`
      await connect(runtime, 'shop', 'postgres', server.url('workers_shop'), shopMap)
      await inTransaction(runtime, (tx) => writeSetting(tx, runtime, 'residue.mode', 'nightly', null))
      const perSecond: number[] = []
      for (const [turn, count] of numbers.entries()) {
        const plans = await plansOf(runtime, turn * size + 1, size)
        const workers = await Promise.all(Array.from({ length: count }, () => startWorker(server.url('workers'))))
        const seconds = await workOff(runtime, plans).finally(() => Promise.all(workers.map(stopProcess)))
        await expectOnce(runtime, shop, size * (turn + 1))
        options.say(`${count} processes: ${(size / seconds).toFixed(1)} a second`)
        perSecond.push(size / seconds)
      }
      const [one = 0, ...more] = perSecond
      return more.map((ours, i): Part => ({
        name: `${numbers[i + 1]} processes`,
        ours,
        baseline: one,
        unit: '1/s',
        n: size,
      }))
    } finally {
      await forgetAdapters()
      await close()
      await shop.end({ timeout: 5 })
      await server.close()
    }
  },
} satisfies Bench

/** A worker as `npm start -- --role worker` starts it, with the jobs of erasure alone; resolves when it is up. */
async function startWorker(databaseUrl: string): Promise<ChildProcess> {
  const entry = join('tests', 'erasure', 'kill', 'worker-entry.ts')
  const worker = spawn(process.execPath, ['--import', 'tsx', entry], {
    cwd: projectRoot(),
    stdio: ['ignore', 'pipe', 2],
    env: {
      NODE_ENV: 'test' as const,
      PATH: process.env['PATH'],
      LOG_LEVEL: 'error',
      DATABASE_URL: databaseUrl,
      PRIVACYBALIE_MASTER_KEY: Buffer.from(benchMasterKey()).toString('base64'),
      PUBLIC_URL: 'http://localhost:3000',
      MAIL_TRANSPORT: 'mailbox',
      ALLOWED_SYSTEM_HOSTS: '127.0.0.1',
    },
  })
  if (!worker.stdout) throw new Error('A worker has no stdout')
  const stopped = once(worker, 'exit').then(() => Promise.reject(new Error('A worker stopped while it started')))
  await Promise.race([once(worker.stdout, 'data'), stopped])
  stopped.catch(() => undefined)
  return worker
}

async function plansOf(runtime: Runtime, first: number, count: number): Promise<string[]> {
  const plans: string[] = []
  await atOnce(4, count, (i) =>
    inTransaction(runtime, async (tx) => {
      const made = await makePlan(tx, runtime, {
        cause: 'erasure',
        request: null,
        identifiers: { email: [shopEmail(first + i)] },
        intent: { kind: 'erase', only: null },
        actor: { kind: 'system' },
      })
      if (!made.ok) throw new Error(made.reason)
      plans.push(made.plan.id)
    }),
  )
  return plans
}

/** Starts all runs in one moment before workers that are up, and gives the seconds until the last one is done. */
async function workOff(runtime: Runtime, plans: readonly string[]): Promise<number> {
  const runs = await inTransaction(runtime, async (tx) => {
    const started: string[] = []
    for (const id of plans) {
      const plan = await findPlan(tx, id)
      if (plan) started.push(await startRun(tx, runtime, plan, { kind: 'system' }))
    }
    return started
  })
  const begun = performance.now()
  for (;;) {
    const [left] = await runtime.db
      .select({ count: sql<number>`count(*)::int` })
      .from(erasureRun)
      .where(inArray(erasureRun.state, ['running']))
    if (left?.count === 0) break
    await pause(20)
  }
  const seconds = (performance.now() - begun) / 1000
  const [done] = await runtime.db
    .select({ count: sql<number>`count(*)::int` })
    .from(erasureRun)
    .where(sql`${erasureRun.state} = 'done' and ${erasureRun.id} = any(${sql.param(`{${runs.join(',')}}`)}::uuid[])`)
  if (done?.count !== plans.length) throw new Error(`${done?.count ?? 0} of ${plans.length} runs are done`)
  return seconds
}

/** One receipt a run in the shop, and one entry that says that it was executed. */
async function expectOnce(runtime: Runtime, shop: postgres.Sql, runs: number): Promise<void> {
  const [receipts] = await shop<{ n: number; runs: number }[]>`
    select count(*)::int as n, count(distinct run)::int as runs from privacybalie_receipt`
  const [entries] = await runtime.db.execute<{ n: number }>(
    sql`select count(*)::int as n from evidence_entry where verb = 'run.executed'`,
  )
  if (receipts?.n !== runs || receipts.runs !== runs || entries?.n !== runs)
    throw new Error(`${runs} runs left ${receipts?.n ?? 0} receipts and ${entries?.n ?? 0} entries`)
}
