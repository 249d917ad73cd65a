import postgres from 'postgres'
import { openAdapter } from '~/systems/adapters/open-adapter.server'
import { checkMap } from '~/systems/check-map'
import { locate } from '~/systems/locate/locate'
import { parseDataMap } from '~/systems/parse-map'
import type { Bench } from './bench'
import { crmMap, crmQueries, crmTables, fillCrm } from './fill-crm'
import { inTurns, timed } from './in-turns'
import { startBenchServer } from './own-database'

const rounds = 200
const connections = 4

/** One person in a large CRM: the rows of every table, against one indexed query for each table written by hand. */
export default {
  about: 'the rows of one person in a CRM of 10 M rows and 25 tables, against a query for each table by hand',
  goal: { atMost: 1.5 },
  async run(options) {
    const { size = 10_000_000, say } = options
    const server = await startBenchServer(options)
    const name = `crm_${size}`
    const isNew = await server.create(name)
    const sql = postgres(server.url(name), { max: connections, onnotice: () => undefined })
    const adapter = openAdapter({ engine: 'postgres', url: server.url(name), maxConnections: connections })
    try {
      if (isNew) say(`${size} rows filled in ${Math.round((await timed(() => fillCrm(sql, size))) / 1000)} s`)
      const parsed = parseDataMap(crmMap())
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
      const { resolved, problems } = checkMap(parsed.map, await adapter.readCatalogue())
      if (problems.length > 0) throw new Error(JSON.stringify(problems))
      const byHand = crmQueries(sql)
      const persons = Math.max(100, Math.round(size / crmTables.length))
      const someone = (round: number) => `person${1 + ((round * 7_919) % persons)}@example.nl`
      const located = async (round: number) => {
        const person = await locate(
          adapter,
          resolved,
          { email: [someone(round)] },
          { references: false, suggestions: false },
        )
        return [...person.rows.values()].reduce((sum, rows) => sum + rows.length, 0)
      }
      for (let round = 0; round < 20; round++) {
        const [ours, theirs] = [await located(round), await byHand(someone(round))]
        if (ours !== theirs) throw new Error(`${ours} rows of ${someone(round)} were found, by hand ${theirs}`)
      }
      const times = await inTurns(located, (round) => byHand(someone(round)), { rounds, warmUp: 20 })
      return [{ name: 'locate', ...times, unit: 'ms', n: rounds }]
    } finally {
      await adapter.close()
      await sql.end({ timeout: 5 })
      await server.close()
    }
  },
} satisfies Bench
