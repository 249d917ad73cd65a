import { randomBytes } from 'node:crypto'
import { chmod, chown, cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Binaries, type ServerUser, binariesBelow, runProgram } from './binaries'

/** Where a cluster lies, which programs run it, and as whom. */
export interface Place {
  /** holds `cluster/` (PostgreSQL's data directory) and `postgres.log` */
  directory: string
  binaries: Binaries
  user: ServerUser | undefined
}

/**
 * PostgreSQL refuses to run as root. Then it runs as the machine's `postgres`, or else as `nobody`: both exist or not
 * without our doing, so that no account is made on a machine only to look at a demo.
 * Answers undefined when we are not root.
 */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const wanted of ['postgres', 'nobody']) {
    const [name, , uid, gid] = accounts.find(([each]) => each === wanted) ?? []
    if (name && uid && gid) return { name, uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody.')
}

/**
 * Chooses where the cluster lies: `remembered` (from an earlier start), else `home` when the server's user can enter it,
 * else a new directory that it can enter. The programs are copied there, too, when it can't run them where they are.
 */
export async function choosePlace(
  home: string,
  remembered: string | undefined,
  shipped: Binaries,
): Promise<Place & { elsewhere: boolean }> {
  const user = await serverUser()
  if (!user) {
    await mkdir(remembered ?? home, { recursive: true, mode: 0o700 })
    return { directory: remembered ?? home, binaries: shipped, user, elsewhere: false }
  }
  const kept = remembered && remembered !== home ? remembered : undefined
  const directory = kept ?? ((await prepared(home, user)) ? home : await elsewhere(user))
  const binaries = (await runs(shipped, user)) ? shipped : await copied(shipped, directory, user)
  return { directory, binaries, user, elsewhere: directory !== home }
}

async function elsewhere(user: ServerUser): Promise<string> {
  const name = `privacybalie-${randomBytes(6).toString('hex')}`
  for (const parent of ['/var/lib', '/var/tmp', tmpdir()]) {
    const directory = join(parent, name)
    if (await prepared(directory, user)) return directory
  }
  throw new Error(`The user ${user.name}, as which PostgreSQL runs, can enter none of /var/lib, /var/tmp, ${tmpdir()}.`)
}

/** Makes the directory, hands it to the server's user, and tries whether that user can really enter it. */
async function prepared(directory: string, user: ServerUser): Promise<boolean> {
  const isNew = !(await exists(directory))
  try {
    await mkdir(directory, { recursive: true })
    await chmod(directory, 0o700)
    await chown(directory, user.uid, user.gid)
  } catch {
    // a read-only file system, or one that has no owners: the next place is tried
    return false
  }
  const entered = await runProgram('/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', directory], { user })
  if (entered.code !== 0 && isNew) await rm(directory, { recursive: true, force: true })
  return entered.code === 0
}

async function runs(binaries: Binaries, user: ServerUser): Promise<boolean> {
  const check = 'test -x "$1" && test -r "$2/share" && test -r "$2/lib" && exec "$3" --version'
  const args = ['-c', check, 'sh', binaries.initdb, binaries.root, binaries.postgres]
  return (await runProgram('/bin/sh', args, { user })).code === 0
}

async function copied(shipped: Binaries, directory: string, user: ServerUser): Promise<Binaries> {
  const root = join(directory, 'postgresql')
  const binaries = binariesBelow(root, shipped)
  if ((await exists(root)) && (await runs(binaries, user))) return binaries
  const half = `${root}.${randomBytes(4).toString('hex')}`
  await cp(shipped.root, half, { recursive: true, verbatimSymlinks: true })
  const opened = await runProgram('/bin/chmod', ['-R', 'a+rX', half])
  if (opened.code !== 0) throw new Error(`The copied PostgreSQL can't be opened to ${user.name}: ${opened.stderr}`)
  await rm(root, { recursive: true, force: true })
  await rename(half, root)
  return binaries
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
