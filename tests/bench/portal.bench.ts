import { get } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { Bench } from './bench'
import { openBenchRuntime, startBenchServer } from './own-database'
import { addressOn, buildPages, freePort, startProduction, stopProcess, untilAnswered } from './production-server'

const most = 30 * 1024

/** What travels until somebody who comes for the first time sees the request form: the page and all that it names, compressed. */
export default {
  about: 'bytes of the request form at a first visit, compressed, with all that it needs; against 30 KB. No script',
  goal: { atMost: 1 },
  async run(options) {
    buildPages()
    const server = await startBenchServer(options)
    await server.recreate('portal')
    await (await openBenchRuntime(server.url('portal'))).close()
    const port = await freePort()
    const child = startProduction(server.url('portal'), port)
    const form = `${addressOn(port)}/nl/requests/new`
    try {
      await untilAnswered(child, form)
      const page = await fetched(form)
      if (/<script/i.test(page.text)) throw new Error('The page holds a script')
      const named = [...page.text.matchAll(/<(?:link|img|source)\b[^>]*?\b(?:href|src)="([^"]+)"/g)]
        .filter(([tag]) => !/rel="(?:alternate|canonical)"/.test(tag))
        .map(([, address]) => new URL((address ?? '').replaceAll('&amp;', '&'), form).href)
        .filter((address) => !address.startsWith('data:'))
      const sheets = await Promise.all([...new Set(named)].map(fetched))
      const fonts = sheets.flatMap(({ text, address }) =>
        [...text.matchAll(/url\((?!["']?data:)["']?([^"')]+)/g)].map(([, path]) => new URL(path ?? '', address).href),
      )
      const all = [page, ...sheets, ...(await Promise.all([...new Set(fonts)].map(fetched)))]
      for (const { address, bytes } of all) options.say(`${bytes} bytes ${new URL(address).pathname}`)
      const ours = all.reduce((sum, { bytes }) => sum + bytes, 0)
      return [{ name: 'portal', ours, baseline: most, unit: 'bytes', n: all.length }]
    } finally {
      await stopProcess(child)
      await server.close()
    }
  },
} satisfies Bench

/** An answer with the bytes of its body as it travels. */
async function fetched(address: string): Promise<{ address: string; bytes: number; text: string }> {
  const { body, status, encoding } = await new Promise<{ body: Buffer; status: number; encoding: string }>(
    (resolve, reject) => {
      get(address, { headers: { 'Accept-Encoding': 'br, gzip', Accept: 'text/html,*/*' } }, (answer) => {
        const { statusCode = 0, headers } = answer
        buffer(answer).then(
          (body) => resolve({ body, status: statusCode, encoding: headers['content-encoding'] ?? '' }),
          reject,
        )
      }).once('error', reject)
    },
  )
  if (status !== 200) throw new Error(`${address} answered ${status}`)
  const plain = encoding === 'br' ? brotliDecompressSync(body) : encoding === 'gzip' ? gunzipSync(body) : body
  return { address, bytes: body.length, text: plain.toString('utf8') }
}
