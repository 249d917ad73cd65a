import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { shippedBinaries } from './embedded/binaries'
import { clusterExists, clusterOf, makeCluster, resetPassword } from './embedded/cluster'
import { becomeKeeper } from './embedded/keeper'
import { withLock } from './embedded/lock'
import { choosePlace } from './embedded/place'
import { answers, runningServer, startServer, stopServer, superuserUrl } from './embedded/server'
import { type EmbeddedState, readState, writeState } from './embedded/state'

/** A running PostgreSQL of our own on 127.0.0.1. */
export interface Embedded {
  port: number
  /** Connection string of the superuser for a database of this cluster. */
  superuserUrl(database: string): string
  /** True when this process started the server, or adopted one whose starter was killed. */
  startedByUs: boolean
  /** Stops the server if we started or adopted it; else does nothing. */
  stop(): Promise<void>
}

interface Options {
  /** Directory for `postgres.json`, and for the data unless the server's user can't enter it. Default `.data`. */
  dataDir?: string
  /** Port to try first when the cluster has none yet; another free one is taken when it is in use. */
  preferredPort?: number
  /** Settings of the server beside ours, such as `{fsync: 'off'}`. */
  settings?: Record<string, string>
  /** Where a line for the person goes; default stderr. */
  say?: (line: string) => void
}

/**
 * Joins the PostgreSQL that runs over `dataDir`, or makes and starts one. Several processes may do so at once: one starts,
 * the others join. Whoever started it stops it; an orphan of a killed process is adopted. Works as root and otherwise.
 * Throws when this machine has no shipped PostgreSQL or it does not start.
 */
export async function joinOrStartEmbedded({ dataDir = '.data', ...options }: Options = {}): Promise<Embedded> {
  const home = resolve(dataDir)
  // entered by the server's user, too, on the way to its own directory; what lies in it is readable by us alone
  await mkdir(home, { recursive: true, mode: 0o711 })
  const running = await joined(home)
  if (running) return embedded(home, running)
  return withLock(join(home, 'postgres.lock'), async () =>
    embedded(home, (await joined(home)) ?? (await started(home, options))),
  )
}

/** Stops the PostgreSQL over `dataDir`, whoever started it, and removes its data wherever it lies, with `postgres.json`. */
export async function removeEmbedded({ dataDir = '.data' }: Pick<Options, 'dataDir'> = {}): Promise<void> {
  const home = resolve(dataDir)
  const state = await readState(home)
  const directory = state?.directory ?? join(home, 'postgres')
  const server = await runningServer(directory)
  if (server) await stopServer(server.pid, directory)
  await rm(directory, { recursive: true, force: true })
  await rm(join(home, 'postgres.json'), { force: true })
  const left = await readdir(home).catch(() => ['unreadable'])
  if (left.length === 0) await rmdir(home)
}

type Running = EmbeddedState & { pid: number }

/** The server that already runs over this directory and lets us in. */
async function joined(home: string): Promise<Running | undefined> {
  const state = await readState(home)
  if (!state) return undefined
  const server = await runningServer(state.directory)
  if (!server) return undefined
  const url = superuserUrl(server.port, state.password, 'postgres')
  if (!(await answers(url, clusterOf(state.directory), server.pid))) return undefined
  const running = { ...state, ...server }
  if (state.pid !== server.pid || state.port !== server.port) await writeState(home, running)
  return running
}

async function started(home: string, { preferredPort, settings = {}, say = sayOnStderr }: Options): Promise<Running> {
  const state = await readState(home)
  const place = await choosePlace(join(home, 'postgres'), state?.directory, await shippedBinaries())
  const password = state?.password ?? randomBytes(24).toString('base64url')
  if (place.elsewhere) {
    say(`PostgreSQL runs as the user ${place.user?.name}, who can't enter ${home}: its data lies in ${place.directory}`)
  }
  const left = await runningServer(place.directory)
  // it does not let us in (joined() would have answered): its password was lost with postgres.json
  if (left) await stopServer(left.pid, place.directory)
  if (!(await clusterExists(place.directory))) await makeCluster(place, password)
  else if (!state) await resetPassword(place, password)
  const known = { directory: place.directory, password }
  await writeState(home, { ...known, port: state?.port ?? preferredPort ?? 0, pid: null })
  const server = await startServer(place, password, state?.port || preferredPort, settings)
  const running = { ...known, ...server }
  await writeState(home, running)
  return running
}

async function embedded(home: string, running: Running): Promise<Embedded> {
  const url = (database: string) => superuserUrl(running.port, running.password, database)
  const keeper = await becomeKeeper(url('postgres'))
  let stopping: Promise<void> | undefined
  const stop = async () => {
    if (!keeper) return
    await keeper.release()
    await stopServer(running.pid, running.directory)
    const state = await readState(home)
    if (state?.pid === running.pid) await writeState(home, { ...state, pid: null })
  }
  return {
    port: running.port,
    superuserUrl: url,
    startedByUs: keeper !== undefined,
    stop: () => (stopping ??= stop()),
  }
}

function sayOnStderr(line: string): void {
  process.stderr.write(`${line}\n`)
}
