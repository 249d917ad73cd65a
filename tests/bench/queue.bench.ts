import { sql } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { countViews } from '~/requests/queue-counts.server'
import { listQueue } from '~/requests/queue.server'
import { queueQuerySchema } from '~/requests/queue-views'
import type { Bench, BenchOptions, Part } from './bench'
import { fillRequests } from './fill-requests'
import type { Filling } from './fill-requests'
import { inTurns, timed } from './in-turns'
import { openBenchRuntime, startBenchServer } from './own-database'
import type { BenchRuntime, BenchServer } from './own-database'

const rounds = 150
const few = 10_000

/**
 * The queue over millions of requests against the same over 10,000: all of those open, and once more with the same share
 * of open ones as the large one has.
 */
export default {
  about: 'first page, a middle page, one filter with the counts of the views: 5 M requests against 10 k',
  goal: { atMost: 1.3 },
  async run(options) {
    const { size = 5_000_000 } = options
    const server = await startBenchServer(options)
    const opened: BenchRuntime[] = []
    const filled = async (filling: Filling) => {
      const made = await filledDatabase(server, filling, options)
      opened.push(made)
      return works(made)
    }
    try {
      const open = Math.min(100_000, size)
      const large = await filled({ requests: size, open })
      const small = await filled({ requests: few, open: few })
      const sameShare = await filled({ requests: few, open: Math.max(100, Math.round((few * open) / size)) })
      const parts: Part[] = []
      for (const [against, suffix] of [
        [small, ''],
        [sameShare, ', same share open'],
      ] as const) {
        for (const name of ['first page', 'middle page', 'filter and counts'] as const) {
          const times = await inTurns(large[name], against[name], { rounds, warmUp: 20 })
          parts.push({ name: name + suffix, ...times, unit: 'ms', n: rounds })
        }
      }
      return parts
    } finally {
      for (const one of opened) await one.close()
      await server.close()
    }
  },
} satisfies Bench

async function filledDatabase(server: BenchServer, filling: Filling, { say }: BenchOptions): Promise<BenchRuntime> {
  const name = `queue_${filling.requests}_${filling.open}`
  const isNew = await server.create(name)
  const made = await openBenchRuntime(server.url(name))
  if (isNew) {
    const took = await timed(() => fillRequests(made.sql, made.runtime, filling))
    say(`${filling.requests} requests, ${filling.open} of them open, filled in ${Math.round(took / 1000)} s`)
  }
  return made
}

/** What the queue's page asks of the database and opens, three times. */
async function works({ runtime }: BenchRuntime) {
  const [day] = await runtime.db.execute<{ today: string }>(sql`select current_date::text as today`)
  const [colleague] = await runtime.db.execute<{ id: string }>(sql`select id from staff order by email limit 1`)
  const reader = { staffId: colleague?.id ?? '', today: Temporal.PlainDate.from(day?.today ?? '') }
  const middle = { after: `${reader.today.add({ days: 10 }).toString()}.80000000-0000-4000-8000-000000000000` }
  const page = async (query: Record<string, string>, limit?: number) => {
    const found = await listQueue(runtime, queueQuerySchema.parse(query), reader, limit)
    if (found.rows.length !== (limit ?? 50)) throw new Error(`A page of ${found.rows.length} rows`)
  }
  return {
    'first page': () => page({}),
    'middle page': () => page(middle),
    // a page of 25, so that the smallest filling has as many rows to show
    'filter and counts': () => Promise.all([page({ kind: 'erasure' }, 25), countViews(runtime.db, reader)]),
  }
}
