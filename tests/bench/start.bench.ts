import { join } from 'node:path'
import type { Bench } from './bench'
import { inTurns, Took } from './in-turns'
import { openBenchRuntime, startBenchServer } from './own-database'
import {
  addressOn,
  buildPages,
  freePort,
  startNode,
  startProduction,
  stopProcess,
  untilAnswered,
} from './production-server'

/** From starting the process to its first page: the whole program over a database that is there, against an empty Remix server. */
export default {
  about: 'from `npm start` over an existing database to its first page, against an empty Remix server',
  goal: { atMost: 2 },
  async run({ size: rounds = 7, ...options }) {
    buildPages()
    const server = await startBenchServer(options)
    await server.recreate('start')
    await (await openBenchRuntime(server.url('start'))).close()
    const firstPage = async (start: (port: number) => ReturnType<typeof startNode>, path: string) => {
      const port = await freePort()
      const begun = performance.now()
      const child = start(port)
      try {
        await untilAnswered(child, addressOn(port) + path)
        return new Took(performance.now() - begun)
      } finally {
        await stopProcess(child)
      }
    }
    const empty = join('tests', 'bench', 'empty-remix.mjs')
    try {
      const times = await inTurns(
        () => firstPage((port) => startProduction(server.url('start'), port), '/nl'),
        () => firstPage((port) => startNode([empty, String(port)], { NODE_ENV: 'production' }), '/'),
        { rounds, warmUp: 1 },
      )
      return [{ name: 'start', ...times, unit: 'ms', n: rounds }]
    } finally {
      await server.close()
    }
  },
} satisfies Bench
