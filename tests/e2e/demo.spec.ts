import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { removeEmbedded } from '~db/embedded'
import { processState } from '~db/embedded/process'
import { expect, test } from '../support/e2e'

const postgresFile = z.object({ pid: z.number(), port: z.number() })
const demoFile = z.object({ portalUrl: z.string(), staff: z.array(z.object({ password: z.string() })) })

test('the demo outlives a kill with its data, and Ctrl-C ends it together with its PostgreSQL', async () => {
  test.setTimeout(240_000)
  const folder = await mkdtemp(join(tmpdir(), 'privacybalie-e2e-demo-'))
  await chmod(folder, 0o711)
  let demo: ChildProcess | undefined
  try {
    demo = await started(folder)
    const first = demoFile.parse(JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')))
    const mails = await countMails(first.portalUrl)
    expect(mails).toBeGreaterThan(0)
    demo.kill('SIGKILL')
    await ended(demo)

    demo = await started(folder)
    const second = demoFile.parse(JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')))
    expect(second.staff).toEqual(first.staff)
    expect(await countMails(second.portalUrl)).toBeGreaterThanOrEqual(mails)
    const { pid } = postgresFile.parse(JSON.parse(readFileSync(join(folder, 'postgres.json'), 'utf8')))
    expect(processState(pid)).not.toBe('gone')

    demo.kill('SIGINT')
    expect(await ended(demo)).toBe(0)
    await expect.poll(() => processState(pid), { timeout: 20_000 }).toBe('gone')
    await expect(fetch(second.portalUrl)).rejects.toThrow()
  } finally {
    if (demo?.exitCode === null && demo.signalCode === null) demo.kill('SIGKILL')
    await removeEmbedded({ dataDir: folder })
    await rm(folder, { recursive: true, force: true })
  }
})

test('the demo refuses to be reached from outside, and to run as production', async () => {
  for (const env of [{ NODE_ENV: 'production' }, { PUBLIC_URL: 'https://privacy.example.nl' }]) {
    const demo = run({ ...env, PRIVACYBALIE_DATA_DIR: join(tmpdir(), 'privacybalie-never') })
    let said = ''
    demo.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
    expect(await ended(demo)).toBe(1)
    expect(said).toContain(Object.keys(env)[0])
    expect(existsSync(join(tmpdir(), 'privacybalie-never', 'demo.json'))).toBe(false)
  }
})

function run(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['app/cli/privacybalie.mjs', 'demo'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Starts a demo in a folder and waits for the line that says that it is ready. */
async function started(folder: string): Promise<ChildProcess> {
  const demo = run({ PORT: String(await freePort()), PRIVACYBALIE_DATA_DIR: folder })
  let said = ''
  demo.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  demo.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  for (let waited = 0; waited < 100_000; waited += 200) {
    if (said.includes('demo is ready')) return demo
    if (demo.exitCode !== null) break
    await sleep(200)
  }
  demo.kill('SIGKILL')
  throw new Error(`The demo did not become ready:\n${said}`)
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.once('exit', resolve))
}

async function countMails(portalUrl: string): Promise<number> {
  return z.array(z.unknown()).parse(await (await fetch(`${portalUrl}/dev/mailbox.json`)).json()).length
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
