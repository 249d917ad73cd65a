import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { projectRoot } from '~db/migrate'
import { benchMasterKey } from './own-database'

/** Builds the pages for production; at once where they are built from these very sources. */
export function buildPages(): void {
  const built = spawnSync(process.execPath, ['app/cli/privacybalie.mjs', 'build'], {
    cwd: projectRoot(),
    stdio: [0, 2, 2],
  })
  if (built.status !== 0) throw new Error('The pages could not be built')
}

/** Starts what `npm start` starts, over a database that is there, behind a proxy on this machine that names its clients. */
export function startProduction(databaseUrl: string, port: number): ChildProcess {
  return startNode([join('app', 'cli', 'privacybalie.mjs'), 'serve'], {
    DATABASE_URL: databaseUrl,
    PRIVACYBALIE_MASTER_KEY: Buffer.from(benchMasterKey()).toString('base64'),
    PUBLIC_URL: addressOn(port),
    HOST: '127.0.0.1',
    PORT: String(port),
    MAIL_TRANSPORT: 'mailbox',
    TRUSTED_PROXIES: '127.0.0.1',
    LOG_LEVEL: 'error',
  })
}

/** A process of Node with nothing of our environment but the path; its stdout and stderr go to our stderr. */
export function startNode(args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  const env = { NODE_ENV: 'development' as const, PATH: process.env['PATH'], ...environment }
  return spawn(process.execPath, args, { cwd: projectRoot(), env, stdio: [0, 2, 2] })
}

export const addressOn = (port: number) => `http://127.0.0.1:${port}`

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || !address) throw new Error('No free port')
  return address.port
}

/** Resolves when an address answers with 200; rejects when the process behind it ended first, or after two minutes. */
export async function untilAnswered(child: ChildProcess, address: string): Promise<void> {
  const limit = performance.now() + 120_000
  while (performance.now() < limit) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}`)
    if ((await statusOf(address)) === 200) return
    await pause(2)
  }
  throw new Error('The server did not answer')
}

function statusOf(address: string): Promise<number | null> {
  return new Promise((resolve) => {
    get(address, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? null))
    }).once('error', () => resolve(null))
  })
}

/** Tells a process to stop, and waits until it has. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
