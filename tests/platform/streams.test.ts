import type { LoaderFunction, ServerBuild } from '@remix-run/node'
import { connect } from 'node:net'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventStream } from '~/platform/event-stream.server'
import type { EventStream } from '~/platform/event-stream.server'
import { startServer } from '~/platform/server.server'
import type { RunningServer } from '~/platform/server.server'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let server: RunningServer
const lines: { stream: EventStream; left: boolean }[] = []
let pulled = 0

/** Without an end: a body that is made as fast as it is read. */
const endless = () => {
  const portion = new Uint8Array(64 * 1024)
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    pulled += portion.length
    controller.enqueue(portion)
  }
  return new Response(new ReadableStream({ pull }), { headers: { 'Content-Type': 'application/zip' } })
}
const events: LoaderFunction = ({ request }) =>
  eventStream(request, (stream) => {
    const line = { stream, left: false }
    lines.push(line)
    return () => {
      line.left = true
    }
  })

/** As little of an application as Remix takes: two resources. */
function buildOf(loaders: Record<string, LoaderFunction>): ServerBuild {
  const routes = Object.entries(loaders).map(([path, loader]) => [path, { id: path, path, module: { loader } }])
  return {
    entry: { module: { default: () => new Response('no page') } },
    routes: Object.fromEntries(routes) as ServerBuild['routes'],
    assets: { entry: { imports: [], module: '' }, routes: {}, url: '', version: '' },
    assetsBuildDirectory: '',
    publicPath: '/',
    future: { v3_singleFetch: true } as ServerBuild['future'],
    isSpaMode: false,
    mode: 'production',
  }
}

beforeAll(async () => {
  own = await testRuntime()
  server = await startServer({
    runtime: own.runtime,
    build: buildOf({ endless, events }),
    host: '127.0.0.1',
    port: 0,
    metrics: { contentType: 'text/plain', text: () => Promise.resolve(''), mayRead: () => Promise.resolve(false) },
  })
})
afterAll(async () => {
  await server.close()
  await own.close()
})

const answerTo = (path: string) =>
  new Promise<IncomingMessage>((resolve, reject) =>
    get({ port: server.port, path, headers: { 'Accept-Encoding': 'gzip, br' } }, resolve).on('error', reject),
  )

test('events leave at once, not compressed, and a line that its browser leaves is let go', async () => {
  const answer = await answerTo('/events')
  expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8')
  expect(answer.headers['content-encoding']).toBeUndefined()
  expect(answer.headers['cache-control']).toBe('no-store, no-transform')
  const line = lines.at(-1)
  answer.setEncoding('utf8')
  line?.stream.send('news', { reference: 'AVG-2026-7K3M9P' })
  let text = ''
  while (!text.includes('7K3M9P')) text += String((await once(answer, 'data'))[0])
  expect(text).toContain('event: news\ndata: {"reference":"AVG-2026-7K3M9P"}\n\n')
  answer.destroy()
  await expect.poll(() => line?.left).toBe(true)
})

test('a reader that takes no events in is cut off instead of filling the memory', async () => {
  const socket = connect(server.port, '127.0.0.1')
  socket.pause()
  socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const before = lines.length
  await expect.poll(() => lines.length).toBe(before + 1)
  const line = lines.at(-1)
  const big = 'x'.repeat(64 * 1024)
  for (let sent = 0; sent < 2_000 && !line?.left; sent++) {
    line?.stream.send('news', { big })
    await sleep(1)
  }
  expect(line?.left).toBe(true)
  socket.resume()
  socket.on('error', () => undefined)
  await once(socket, 'close')
})

test('a body for a slow line is made as fast as it is taken in, no faster', async () => {
  const socket = connect(server.port, '127.0.0.1')
  socket.pause()
  socket.write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await expect.poll(() => pulled).toBeGreaterThan(0)
  let last = -1
  // What the network of this machine holds fills first; then nothing more is made.
  await expect.poll(() => last === (last = pulled), { interval: 500, timeout: 20_000 }).toBe(true)
  expect(pulled).toBeLessThan(32 * 1024 * 1024)
  socket.destroy()
})
