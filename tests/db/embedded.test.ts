import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import postgres from 'postgres'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { joinOrStartEmbedded, removeEmbedded } from '~db/embedded'
import { processState } from '~db/embedded/process'

const isRoot = process.getuid?.() === 0
const holdProgram = join(import.meta.dirname, 'hold-embedded.ts')
const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups']
// a checkout below root's own directory can't be read by anybody else
const canTryAsNobody =
  isRoot &&
  spawnSync('setpriv', [...asNobody, process.execPath, '-e', `fs.readFileSync(${JSON.stringify(holdProgram)})`])
    .status === 0
const directories: string[] = []
const children: ChildProcess[] = []
const quick = { settings: { fsync: 'off' }, say: () => undefined }

function dataDirectory(mode = 0o711): string {
  const parent = mkdtempSync(join(tmpdir(), 'privacybalie-embedded-'))
  chmodSync(parent, mode)
  const directory = join(parent, '.data')
  directories.push(directory)
  return directory
}

const held = z.object({ port: z.number(), startedByUs: z.boolean(), url: z.string() })

async function hold(dataDir: string, environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', holdProgram, dataDir], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(child)
  for await (const line of createInterface({ input: child.stdout })) {
    const end = async () => {
      child.stdin.end('\n')
      await once(child, 'exit')
    }
    const kill = async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    return { ...held.parse(JSON.parse(line)), end, kill }
  }
  throw new Error('The program ended without a word.')
}

const stateSchema = z.object({ port: z.number(), pid: z.number().nullable(), directory: z.string() })
const stateOf = (dataDir: string) => stateSchema.parse(JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')))

async function ask<T>(url: string, question: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return await question(sql)
  } finally {
    await sql.end()
  }
}

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  for (const directory of directories.splice(0)) {
    await removeEmbedded({ dataDir: directory })
    rmSync(join(directory, '..'), { recursive: true, force: true })
  }
})

describe('the embedded PostgreSQL', () => {
  it('speaks UTF-8 and knows the letters of Dutch names, whatever LANG says', async () => {
    const holder = await hold(dataDirectory(), { LANG: 'C', LC_ALL: 'C' })
    const [row] = await ask(
      holder.url,
      (sql) => sql`select current_setting('server_encoding') as encoding, upper('zoë') as upper,
                          to_tsvector('simple', 'Zoë Çelik')::text as words`,
    )
    expect(row).toEqual({ encoding: 'UTF8', upper: 'ZOË', words: "'zoë':1 'çelik':2" })
    await holder.end()
  })

  it('listens on the loopback address only, and lets nobody in without its password', async () => {
    const server = await joinOrStartEmbedded({ dataDir: dataDirectory(), ...quick })
    const url = new URL(server.superuserUrl('postgres'))
    const [row] = await ask(
      url.href,
      (sql) =>
        sql`select current_setting('listen_addresses') as hosts, current_setting('unix_socket_directories') as sockets`,
    )
    expect(row).toEqual({ hosts: '127.0.0.1', sockets: '' })
    url.password = 'wrong'
    await expect(ask(url.href, (sql) => sql`select 1`)).rejects.toMatchObject({ code: '28P01' })
    await server.stop()
  })

  it('keeps its password in a file that nobody else may read', async () => {
    const dataDir = dataDirectory()
    const server = await joinOrStartEmbedded({ dataDir, ...quick })
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o077).toBe(0)
    await server.stop()
  })

  it('is joined by a second process, and stopped by the one that started it', async () => {
    const dataDir = dataDirectory()
    const first = await hold(dataDir)
    const second = await hold(dataDir)
    expect([first.startedByUs, second.startedByUs]).toEqual([true, false])
    expect(second.port).toBe(first.port)
    const { pid } = stateOf(dataDir)
    await second.end()
    expect(await ask(first.url, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }])
    await first.end()
    expect(processState(pid ?? 0)).toBe('gone')
    expect(stateOf(dataDir).pid).toBeNull()
  })

  it('finds its data again after it was stopped', async () => {
    const dataDir = dataDirectory()
    const before = await joinOrStartEmbedded({ dataDir, ...quick })
    await ask(before.superuserUrl('postgres'), (sql) => sql`create table kept as select 42 as answer`)
    await before.stop()
    const after = await joinOrStartEmbedded({ dataDir, ...quick })
    expect(await ask(after.superuserUrl('postgres'), (sql) => sql`select answer from kept`)).toEqual([{ answer: 42 }])
    await after.stop()
  })

  it('is adopted when the process that started it was killed', async () => {
    const dataDir = dataDirectory()
    const killed = await hold(dataDir)
    const { pid } = stateOf(dataDir)
    await killed.kill()
    expect(processState(pid ?? 0)).not.toBe('gone')
    const heir = await hold(dataDir)
    expect(heir.startedByUs).toBe(true)
    expect(stateOf(dataDir).pid).toBe(pid)
    await heir.end()
    expect(stateOf(dataDir).pid).toBeNull()
    expect(processState(pid ?? 0)).toBe('gone')
  })

  it('starts again after the server itself was killed, though its number now belongs to another process', async () => {
    const dataDir = dataDirectory()
    const killed = await hold(dataDir)
    const { pid, directory } = stateOf(dataDir)
    process.kill(pid ?? 0, 'SIGKILL')
    await killed.kill()
    const pidFile = join(directory, 'cluster', 'postmaster.pid')
    writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(process.pid)))
    const heir = await hold(dataDir)
    expect(heir.startedByUs).toBe(true)
    await heir.end()
  })

  it('takes another port when the preferred one is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const taken = typeof address === 'object' && address ? address.port : 0
    const server = await joinOrStartEmbedded({ dataDir: dataDirectory(), preferredPort: taken, ...quick })
    expect(server.port).not.toBe(taken)
    expect(await ask(server.superuserUrl('postgres'), (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }])
    await server.stop()
    other.close()
  })

  it('is started once when several processes come at the same moment', async () => {
    const dataDir = dataDirectory()
    const holders = await Promise.all([1, 2, 3, 4].map(() => hold(dataDir)))
    expect(new Set(holders.map(({ port }) => port)).size).toBe(1)
    expect(holders.filter(({ startedByUs }) => startedByUs)).toHaveLength(1)
    await Promise.all(holders.map((holder) => holder.end()))
  })

  it('opens its data though postgres.json was lost, also while an orphan runs over it', async () => {
    const dataDir = dataDirectory()
    const killed = await hold(dataDir)
    await ask(killed.url, (sql) => sql`create table kept as select 42 as answer`)
    await killed.kill()
    rmSync(join(dataDir, 'postgres.json'))
    const server = await joinOrStartEmbedded({ dataDir, ...quick })
    expect(await ask(server.superuserUrl('postgres'), (sql) => sql`select answer from kept`)).toEqual([{ answer: 42 }])
    await server.stop()
  })

  it('leaves nothing behind when it is removed', async () => {
    const dataDir = dataDirectory()
    await joinOrStartEmbedded({ dataDir, ...quick })
    const { pid, directory } = stateOf(dataDir)
    await removeEmbedded({ dataDir })
    expect(processState(pid ?? 0)).toBe('gone')
    expect(existsSync(directory)).toBe(false)
    expect(existsSync(dataDir)).toBe(false)
  })

  it.runIf(isRoot)('lays its data elsewhere, and says so, where the server’s user can’t enter', async () => {
    const dataDir = dataDirectory(0o700)
    const said: string[] = []
    const options = { dataDir, settings: { fsync: 'off' }, say: (line: string) => said.push(line) }
    const server = await joinOrStartEmbedded(options)
    const { directory } = stateOf(dataDir)
    expect(directory.startsWith(dataDir)).toBe(false)
    expect(said.join()).toContain(directory)
    await ask(server.superuserUrl('postgres'), (sql) => sql`create table kept as select 42 as answer`)
    await server.stop()
    const again = await joinOrStartEmbedded(options)
    expect(stateOf(dataDir).directory).toBe(directory)
    expect(await ask(again.superuserUrl('postgres'), (sql) => sql`select answer from kept`)).toEqual([{ answer: 42 }])
    await again.stop()
  })

  it.runIf(canTryAsNobody)('works for a user who is not root', async () => {
    const dataDir = dataDirectory(0o777)
    const run = spawnSync('setpriv', [...asNobody, process.execPath, '--import', 'tsx', holdProgram, dataDir], {
      input: '\n',
      encoding: 'utf8',
    })
    expect(run.stderr).toBe('')
    expect(held.parse(JSON.parse(run.stdout))).toMatchObject({ startedByUs: true })
  })
})
