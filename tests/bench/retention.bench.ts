import postgres from 'postgres'
import { scanRetention } from '~/retention/scan.server'
import { forgetAdapters } from '~/systems/open-adapters.server'
import { connect } from '../erasure/case'
import type { Bench } from './bench'
import { datedMap, datedQueries, fillDated } from './fill-dated'
import { inTurns, timed } from './in-turns'
import { openBenchRuntime, startBenchServer } from './own-database'

const rounds = 7

/** The nightly scan of a large CRM, with what it keeps of it, against the same conditions in plain SQL. */
export default {
  about: 'the retention scan of 10 M rows in 25 tables, against the same conditions in plain SQL',
  goal: { atMost: 1.2 },
  async run(options) {
    const { size = 10_000_000, say } = options
    const server = await startBenchServer(options)
    const name = `dated_${size}`
    const isNew = await server.create(name)
    await server.recreate('retention')
    const sql = postgres(server.url(name), { max: 1, onnotice: () => undefined })
    const { runtime, close } = await openBenchRuntime(server.url('retention'))
    try {
      if (isNew) say(`${size} rows filled in ${Math.round((await timed(() => fillDated(sql, size))) / 1000)} s`)
      await connect(runtime, 'crm', 'postgres', server.url(name), datedMap())
      const byHand = datedQueries(sql)
      const scan = async () => (await scanRetention(runtime)).tables.reduce((sum, { expired }) => sum + expired, 0)
      const [ours, theirs] = [await scan(), await byHand()]
      if (ours !== theirs || ours === 0) throw new Error(`${ours} rows are over, by hand ${theirs}`)
      const times = await inTurns(scan, byHand, { rounds, warmUp: 1 })
      return [{ name: 'retention', ...times, unit: 'ms', n: rounds }]
    } finally {
      await forgetAdapters()
      await close()
      await sql.end({ timeout: 5 })
      await server.close()
    }
  },
} satisfies Bench
