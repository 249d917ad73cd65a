import { eq } from 'drizzle-orm'
import postgres from 'postgres'
import { erasureRun, setting } from '~db/schema'
import { workRun } from '~/erasure/run.server'
import type { Runtime } from '~/platform/runtime.server'
import { forgetAdapters } from '~/systems/open-adapters.server'
import { connect, file, hire, start } from '../erasure/case'
import type { Bench } from './bench'
import { eraseByHand, makeReceiptByHand } from './erase-by-hand'
import { fillShop, shopEmail, shopMap } from './fill-shop'
import { inTurns, timed } from './in-turns'
import { openBenchRuntime, startBenchServer } from './own-database'

const rounds = 10
const warmUp = 1

/**
 * Requests for erasure carried out one after the other: planned and rehearsed, approved, executed, verified (the search for
 * residue is put off to the night), against one transaction a person written by hand.
 */
export default {
  about: '500 persons erased one by one: plan, approval, execution, verification; against a transaction each by hand',
  goal: { atLeast: 0.5 },
  async run({ size = 500, ...options }) {
    const server = await startBenchServer(options)
    await server.recreate('erase')
    await server.recreate('erase_shop')
    const sql = postgres(server.url('erase_shop'), { max: 1, onnotice: () => undefined })
    const { runtime, close } = await openBenchRuntime(server.url('erase'))
    try {
      const each = Math.max(1, Math.ceil(size / rounds))
      const persons = each * (rounds + warmUp)
      const took = await timed(async () => {
        await fillShop(sql, Math.max(25_000, 2 * persons))
        await makeReceiptByHand(sql)
      })
      options.say(`the shop was filled in ${Math.round(took / 1000)} s`)
      await connect(runtime, 'shop', 'postgres', server.url('erase_shop'), shopMap)
      await scanAtNight(runtime)
      const [agent, approver] = [await hire(runtime, 'agent'), await hire(runtime, 'approver')]
      const requests: string[] = []
      for (let person = 1; person <= persons; person++)
        requests.push(await file(runtime, agent, { email: shopEmail(person) }))
      const times = await inTurns(
        async (round) => {
          for (const requestId of requests.slice(round * each, (round + 1) * each)) {
            const { runId } = await start(runtime, requestId, agent, approver)
            await workRun(runtime, runId)
            await expectDone(runtime, runId)
          }
        },
        async (round) => {
          for (let i = 0; i < each; i++) await eraseByHand(sql, shopEmail(persons + round * each + i + 1))
        },
        { rounds, warmUp },
      )
      const perSecond = (milliseconds: number) => (1000 * each) / milliseconds
      const figures = { ours: perSecond(times.ours), baseline: perSecond(times.baseline) }
      return [{ name: 'erase', ...figures, unit: '1/s', n: each * rounds }]
    } finally {
      await forgetAdapters()
      await close()
      await sql.end({ timeout: 5 })
      await server.close()
    }
  },
} satisfies Bench

async function scanAtNight({ db, clock }: Runtime): Promise<void> {
  await db.insert(setting).values({ key: 'residue.mode', value: 'nightly', updatedAt: clock.now() })
}

async function expectDone({ db }: Runtime, runId: string): Promise<void> {
  const [run] = await db.select({ state: erasureRun.state }).from(erasureRun).where(eq(erasureRun.id, runId))
  if (run?.state !== 'done') throw new Error(`A run ended as ${run?.state ?? 'nothing'}`)
}
