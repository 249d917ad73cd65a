import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { removeEmbedded } from '../../db/embedded'
import { findBrowser } from './browser'

const addressSchema = z.object({ portalUrl: z.string() })
const READY_WITHIN_MS = 180_000

/**
 * Playwright's global setup: `npm run demo` on a free port with data of its own. The tests find `demo.json` by the
 * environment (see `e2e.ts`). The demo ends, and its data goes, with the run. While writing tests one may name the data
 * directory of a demo that already runs (started with TRUSTED_PROXIES=127.0.0.1,::1) in PRIVACYBALIE_E2E_DIRECTORY.
 */
export default async function setup(): Promise<() => Promise<void>> {
  findBrowser()
  const running = process.env.PRIVACYBALIE_E2E_DIRECTORY
  if (running && (await isReady(running))) return () => Promise.resolve()
  const directory = await mkdtemp(join(tmpdir(), 'privacybalie-e2e-'))
  await chmod(directory, 0o711)
  const demo = spawn('npm', ['run', 'demo'], {
    // behind a "proxy", so that each test can come from an address of its own and has its own share of the limits
    env: {
      ...process.env,
      PORT: String(await freePort()),
      PRIVACYBALIE_DATA_DIR: directory,
      TRUSTED_PROXIES: '127.0.0.1,::1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // a group of its own, so that its end reaches what npm started, too
    detached: true,
  })
  let said = ''
  demo.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  demo.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<void>((resolve) => demo.once('exit', () => resolve()))
  const stop = async () => {
    if (demo.exitCode === null && demo.signalCode === null && demo.pid) process.kill(-demo.pid, 'SIGTERM')
    await Promise.race([ended, sleep(30_000)])
    await removeEmbedded({ dataDir: directory })
    await rm(directory, { recursive: true, force: true })
  }
  for (let waited = 0; waited < READY_WITHIN_MS; waited += 250) {
    if (demo.exitCode !== null) break
    // the line comes when the demo's own requests are played, too
    if (said.includes('demo is ready') && (await isReady(directory))) {
      process.env.PRIVACYBALIE_E2E_DIRECTORY = directory
      return stop
    }
    await sleep(250)
  }
  await stop()
  throw new Error(`The demo did not become ready:\n${said}`)
}

async function isReady(directory: string): Promise<boolean> {
  const file = join(directory, 'demo.json')
  if (!existsSync(file)) return false
  try {
    const { portalUrl } = addressSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    return (await fetch(new URL('/readyz', portalUrl))).ok
  } catch {
    // half written, or not listening yet
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
