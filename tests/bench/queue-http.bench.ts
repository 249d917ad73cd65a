import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { projectRoot } from '~db/migrate'
import { openSession } from '~/staff/sessions.server'
import type { Bench } from './bench'
import { fillRequests } from './fill-requests'
import { atOnce, inTurns } from './in-turns'
import { openBenchRuntime, startBenchServer } from './own-database'
import { buildPages } from './production-server'

const connections = 20
const rounds = 9
const database = 'queue_http'
const portsSchema = z.object({ ours: z.number(), baseline: z.number() })

/** The queue's page of 50 rows out of 10,000 requests, as a signed-in colleague asks for it, built for production. */
export default {
  about: 'requests a second of the queue’s page over HTTP, 20 connections, against the same page rendered from memory',
  goal: { atLeast: 0.5 },
  async run({ size = 200, ...options }) {
    buildPages()
    const server = await startBenchServer(options)
    await server.recreate(database)
    const { runtime, sql, close } = await openBenchRuntime(server.url(database))
    await fillRequests(sql, runtime, { requests: 10_000, open: 10_000 })
    const [colleague] = await sql<{ id: string }[]>`select id from staff order by email limit 1`
    const cookie = (await openSession(runtime.db, runtime, colleague?.id ?? '', null)).split(';')[0] ?? ''
    const pages = startPages(server.url(database))
    try {
      const ports = await portsOf(pages)
      // New connections each round: those of the round before were idle long enough to be closed at any moment.
      const load = (port: number) => async () => {
        const agent = new Agent({ keepAlive: true, maxSockets: connections })
        await atOnce(connections, size, () => readPage(agent, port, cookie))
        agent.destroy()
      }
      const times = await inTurns(load(ports.ours), load(ports.baseline), { rounds, warmUp: 3 })
      const perSecond = (milliseconds: number) => (1000 * size) / milliseconds
      const figures = { ours: perSecond(times.ours), baseline: perSecond(times.baseline) }
      return [{ name: 'queue-http', ...figures, unit: '1/s', n: size * rounds }]
    } finally {
      pages.kill('SIGTERM')
      await once(pages, 'exit')
      await close()
      await server.close()
    }
  },
} satisfies Bench

function startPages(url: string): ChildProcess {
  const program = join(projectRoot(), 'tests', 'bench', 'queue-server.ts')
  const env = { ...process.env, NODE_ENV: 'production' as const }
  return spawn(process.execPath, ['--import', 'tsx', program, url], { cwd: projectRoot(), env, stdio: [0, 'pipe', 2] })
}

async function portsOf(pages: ChildProcess): Promise<z.output<typeof portsSchema>> {
  if (!pages.stdout) throw new Error('The pages have no stdout')
  const [said] = (await Promise.race([once(pages.stdout, 'data'), once(pages, 'exit')])) as [unknown]
  return portsSchema.parse(JSON.parse(String(said)))
}

/** Asks for the page as a browser does, and looks whether it is the page. */
async function readPage(agent: Agent, port: number, cookie: string): Promise<void> {
  const headers = { Cookie: cookie, Accept: 'text/html' }
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    get({ agent, host: '127.0.0.1', port, path: '/desk/queue', headers }, resolve).on('error', reject),
  )
  const page = await text(answer)
  const rows = page.split('data-key-row').length - 1
  if (answer.statusCode !== 200 || rows !== 50) throw new Error(`${answer.statusCode ?? 0} with ${rows} rows`)
}
