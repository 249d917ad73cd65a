import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import { z } from 'zod'
import { type ServerUser, runProgram } from '~db/embedded/binaries'
import { withLock } from '~db/embedded/lock'
import { serverUser } from '~db/embedded/place'
import { processState } from '~db/embedded/process'

/** A MariaDB of our own on 127.0.0.1. */
export interface Mariadb {
  /** Connection string of a user who may do everything. */
  url(database: string): string
  /** Makes an empty database in utf8mb4 and answers its connection string. */
  createDatabase(name?: string): Promise<string>
  /** Stops it, unless it is shared by a run of vitest, which stops it itself. */
  stop(): Promise<void>
}

const stateSchema = z.object({ pid: z.number().int(), port: z.number().int(), password: z.string() })
type State = z.infer<typeof stateSchema>

/**
 * The run's MariaDB; the first caller starts it. Installs the program as root when it is missing.
 * Undefined when this machine has none and can't get one: the caller skips, loudly said on stderr. With CI=true it throws.
 */
export async function mariadb(): Promise<Mariadb | undefined> {
  if (!(await installed())) return undefined
  const shared = process.env.PRIVACYBALIE_TESTS_DIRECTORY
  const directory = shared ?? (await mkdtemp(join(tmpdir(), 'privacybalie-mariadb-')))
  await chmod(directory, 0o711)
  const { port, password } = await withLock(join(directory, 'mariadb.lock'), () => runningOrStarted(directory))
  const url = (database: string) => `mysql://tests:${password}@127.0.0.1:${port}/${database}`
  return {
    url,
    createDatabase: async (name = 'test') => {
      const unique = `${name}_${randomBytes(5).toString('hex')}`
      const connection = await createConnection(url(''))
      await connection.query('create database ?? character set utf8mb4 collate utf8mb4_unicode_ci', [unique])
      await connection.end()
      return url(unique)
    },
    stop: async () => {
      if (shared) return
      await stopMariadb(directory)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Stops the MariaDB in this directory, if there is one. */
export async function stopMariadb(directory: string): Promise<void> {
  const state = readState(directory)
  if (!state || !isServerIn(state.pid, directory)) return
  process.kill(state.pid, 'SIGTERM')
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (processState(state.pid) === 'gone') return
    await sleep(50)
  }
  process.kill(state.pid, 'SIGKILL')
}

async function runningOrStarted(directory: string): Promise<State> {
  const running = readState(directory)
  if (running && isServerIn(running.pid, directory)) return running
  const user = await mariadbUser()
  const data = join(directory, 'mariadb')
  const password = randomBytes(18).toString('base64url')
  await mkdir(data, { recursive: true, mode: 0o700 })
  const first = join(data, 'first.sql')
  writeFileSync(
    first,
    `create or replace user 'tests'@'127.0.0.1' identified by '${password}';\n` +
      `grant all on *.* to 'tests'@'127.0.0.1' with grant option;\n` +
      `delete from mysql.global_priv where user <> 'tests' and user not like 'mariadb.%';\nflush privileges;\n`,
    { mode: 0o600 },
  )
  if (user) for (const path of [data, first]) await chown(path, user.uid, user.gid)
  const made = await runProgram(
    'mariadb-install-db',
    ['--no-defaults', `--datadir=${data}`, '--skip-test-db', '--auth-root-authentication-method=normal'],
    { user },
  )
  if (made.code !== 0) throw new Error(`mariadb-install-db failed: ${made.stderr}`)
  const port = await freePort()
  const pid = await launch(directory, data, port, user)
  const state = { pid, port, password }
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (processState(pid) === 'gone') break
    if (await answers(state)) {
      writeFileSync(join(directory, 'mariadb.json'), JSON.stringify(state), { mode: 0o600 })
      return state
    }
    await sleep(100)
  }
  throw new Error(`MariaDB does not start: ${readFileSync(join(directory, 'mariadb.log'), 'utf8').slice(-2000)}`)
}

async function launch(directory: string, data: string, port: number, user: ServerUser | undefined): Promise<number> {
  const log = await open(join(directory, 'mariadb.log'), 'w', 0o600)
  const child = spawn(
    program() ?? 'mariadbd',
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${join(data, 'socket')}`,
      `--pid-file=${join(data, 'pid')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      `--init-file=${join(data, 'first.sql')}`,
      '--character-set-server=utf8mb4',
      '--default-time-zone=+00:00',
      '--max-connections=200',
      '--innodb-buffer-pool-size=64M',
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-doublewrite=0',
    ],
    {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...(user && { uid: user.uid, gid: user.gid }),
    },
  )
  child.unref()
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('spawn', () => resolve(child.pid ?? 0))
    })
  } finally {
    await log.close()
  }
}

async function answers({ port, password }: State): Promise<boolean> {
  try {
    const connection = await createConnection({ host: '127.0.0.1', port, user: 'tests', password })
    await connection.end()
    return true
  } catch {
    // not yet: while it starts, it refuses connections or does not know the user
    return false
  }
}

function readState(directory: string): State | undefined {
  const file = join(directory, 'mariadb.json')
  return existsSync(file) ? stateSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
}

/** As root: `mysql` where the machine has that user, else the one that PostgreSQL gets. */
async function mariadbUser(): Promise<ServerUser | undefined> {
  const [name, , uid, gid] =
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find(([each]) => each === 'mysql') ?? []
  const user = await serverUser()
  return user && name && uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : user
}

function isServerIn(pid: number, directory: string): boolean {
  if (processState(pid) === 'gone') return false
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--datadir=${join(directory, 'mariadb')}`)
  } catch {
    return true
  }
}

function program(): string | undefined {
  return [
    '/usr/sbin/mariadbd',
    '/usr/local/sbin/mariadbd',
    '/opt/homebrew/bin/mariadbd',
    '/usr/local/bin/mariadbd',
  ].find((path) => existsSync(path))
}

async function installed(): Promise<boolean> {
  if (program()) return true
  if (process.getuid?.() === 0) {
    const lock = join(tmpdir(), 'privacybalie-apt.lock')
    await withLock(lock, () => Promise.resolve(program() ?? install()))
    if (program()) return true
  }
  const said = 'MariaDB (mariadbd) is missing on this machine and can’t be installed; install mariadb-server.'
  if (process.env.CI === 'true') throw new Error(said)
  process.stderr.write(`\n*** SKIPPED: the tests against MariaDB. ${said} ***\n\n`)
  return false
}

/** The server alone, without the service that Debian's `mariadb-server` starts. */
function install(): void {
  process.stderr.write('MariaDB is missing; installing mariadb-server-core\n')
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 2, 2] as ['ignore', 2, 2],
  }
  spawnSync('apt-get', ['update'], options)
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'mariadb-server-core'], options)
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
