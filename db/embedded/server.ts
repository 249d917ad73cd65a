import { spawn } from 'node:child_process'
import { open, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { serverEnvironment } from './binaries'
import { SUPERUSER, clusterOf } from './cluster'
import type { Place } from './place'
import { isServerOver, processState } from './process'

const WAIT_MS = 60_000

/** A connection string for the superuser. */
export function superuserUrl(port: number, password: string, database: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`
}

/**
 * The server that runs over this cluster, by its own postmaster.pid; undefined when none does. A file left by a dead
 * server is removed: PostgreSQL itself would refuse to start if the number now belongs to another process of its user.
 */
export async function runningServer(directory: string): Promise<{ pid: number; port: number } | undefined> {
  const file = join(clusterOf(directory), 'postmaster.pid')
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!pid) return undefined
  if (isServerOver(pid, clusterOf(directory))) return port ? { pid, port } : undefined
  await rm(file, { force: true })
  return undefined
}

/**
 * Starts the server in a process group of its own (Ctrl-C in the terminal reaches us, who drain first) on `port`, or on
 * another free one when that is taken. Answers once it takes connections.
 */
export async function startServer(
  place: Place,
  password: string,
  preferredPort: number | undefined,
  settings: Record<string, string>,
): Promise<{ pid: number; port: number }> {
  let said = ''
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const port = attempt === 0 && preferredPort && (await isFree(preferredPort)) ? preferredPort : await freePort()
    const pid = await launch(place, port, settings)
    if (await answers(superuserUrl(port, password, 'postgres'), clusterOf(place.directory), pid)) return { pid, port }
    said = await readFile(join(place.directory, 'postgres.log'), 'utf8').catch(() => '')
    // the port was taken meanwhile, or the shared memory of a server that was just killed is still in use
    await sleep(500)
  }
  throw new Error(`PostgreSQL does not start: ${said.trim() || 'it says nothing'}`)
}

async function launch(place: Place, port: number, settings: Record<string, string>): Promise<number> {
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // a server's log quotes statements and rows; only what keeps it from running is written
    log_min_messages: 'fatal',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: '0',
    ...settings,
  }
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = await open(join(place.directory, 'postgres.log'), 'w', 0o600)
  try {
    const child = spawn(place.binaries.postgres, ['-D', clusterOf(place.directory), ...args], {
      cwd: '/',
      detached: true,
      env: serverEnvironment(),
      stdio: ['ignore', log.fd, log.fd],
      ...(place.user && { uid: place.user.uid, gid: place.user.gid }),
    })
    child.unref()
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('spawn', () => resolve(child.pid ?? 0))
    })
  } finally {
    await log.close()
  }
}

/** Waits until the server lets us in and is the one over this cluster; false when the process ended or never did. */
export async function answers(url: string, dataDirectory: string, pid: number): Promise<boolean> {
  for (let waited = 0; waited < WAIT_MS; waited += 50) {
    if (processState(pid) === 'gone') return false
    const found = await dataDirectoryAt(url)
    if (found !== 'starting') return found === dataDirectory
    await sleep(50)
  }
  return false
}

/** Which cluster answers at `url`; `starting` while none lets us in yet, undefined when it refuses the password. */
async function dataDirectoryAt(url: string): Promise<string | undefined> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined })
  try {
    const [row] = await sql<{ data_directory: string }[]>`show data_directory`
    return row?.data_directory
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return code.startsWith('28') ? undefined : 'starting'
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/**
 * Stops the server: connections are cut, transactions rolled back, data written ("fast shutdown"). Answers when it is
 * gone. One that hangs is stopped hard after half a minute; its cluster recovers at the next start.
 */
export async function stopServer(pid: number, directory: string): Promise<void> {
  const signals: [NodeJS.Signals, number][] = [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
  ]
  for (const [signal, patience] of signals) {
    if (!isServerOver(pid, clusterOf(directory))) return
    process.kill(pid, signal)
    for (let waited = 0; waited < patience; waited += 20) {
      if (processState(pid) === 'gone') return
      await sleep(20)
    }
  }
  throw new Error(`PostgreSQL (process ${pid}) does not stop.`)
}

async function isFree(port: number): Promise<boolean> {
  return (await listenOn(port)) !== undefined
}

async function freePort(): Promise<number> {
  const port = await listenOn(0)
  if (port === undefined) throw new Error('No port is free on 127.0.0.1.')
  return port
}

function listenOn(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(undefined))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : undefined))
    })
  })
}
