import type { LoaderFunction, ServerBuild } from '@remix-run/node'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from '~db/migrate'
import { startServer } from '~/platform/server.server'
import { openBenchRuntime } from './own-database'

// `queue-server.ts DATABASE_URL`, a process of its own: the built pages twice, as they are, and with every loader answering
// from memory what it answered first. Says on stdout on which ports.

const [url = ''] = process.argv.slice(2)
const { runtime } = await openBenchRuntime(url, { maxConnections: 20 })
const file = join(projectRoot(), 'build', 'production', 'server', 'index.js')
const build = (await import(pathToFileURL(file).href)) as ServerBuild

function fromMemory(loader: LoaderFunction): LoaderFunction {
  let first: ReturnType<LoaderFunction> | undefined
  return (call) => (first ??= loader(call))
}

const routes = Object.entries(build.routes).map(([id, route]) => {
  const loader = route?.module.loader
  if (!route || typeof loader !== 'function') return [id, route]
  return [id, { ...route, module: { ...route.module, loader: fromMemory(loader) } }]
})
const baseline: ServerBuild = { ...build, routes: Object.fromEntries(routes) as ServerBuild['routes'] }

const serve = (pages: ServerBuild) =>
  startServer({
    runtime,
    build: pages,
    host: '127.0.0.1',
    port: 0,
    metrics: { contentType: 'text/plain', text: () => Promise.resolve(''), mayRead: () => Promise.resolve(false) },
  })
const [ours, remembered] = [await serve(build), await serve(baseline)]
process.stdout.write(`${JSON.stringify({ ours: ours.port, baseline: remembered.port })}\n`)
