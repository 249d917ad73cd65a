import { randomBytes } from 'node:crypto'
import { chown, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from './binaries'
import type { Place } from './place'

export const SUPERUSER = 'postgres'

/** PostgreSQL's data directory at a place. */
export const clusterOf = (directory: string) => join(directory, 'cluster')

export async function clusterExists(directory: string): Promise<boolean> {
  return stat(join(clusterOf(directory), 'PG_VERSION')).then(
    () => true,
    () => false,
  )
}

// The collation comes from PostgreSQL itself, so that a cluster sorts and folds alike on every machine. The character
// classes of the full text parser still come from the operating system: the first of these that it has.
const CTYPES = ['C.UTF-8', 'en_US.UTF-8', 'nl_NL.UTF-8', 'C']

/**
 * Makes a cluster: UTF-8 whatever the caller's LANG says, one superuser with this password, connections by password only.
 * Made under another name and put in place in one step, so that a killed attempt leaves no half cluster.
 */
export async function makeCluster(place: Place, password: string): Promise<void> {
  const half = join(place.directory, `cluster.${randomBytes(4).toString('hex')}`)
  const passwordFile = `${half}.password`
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (place.user) await chown(passwordFile, place.user.uid, place.user.gid)
  try {
    let said = ''
    for (const ctype of CTYPES) {
      const made = await runProgram(
        place.binaries.initdb,
        [
          `--pgdata=${half}`,
          `--username=${SUPERUSER}`,
          `--pwfile=${passwordFile}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          '--locale-provider=builtin',
          '--builtin-locale=C.UTF-8',
          '--locale=C',
          `--lc-ctype=${ctype}`,
          '--text-search-config=simple',
          '--no-instructions',
        ],
        { user: place.user },
      )
      if (made.code === 0) {
        await writeFile(join(half, 'pg_hba.conf'), 'host all all 127.0.0.1/32 scram-sha-256\n')
        await rename(half, clusterOf(place.directory))
        return
      }
      said = made.stderr
      await rm(half, { recursive: true, force: true })
    }
    throw new Error(`PostgreSQL's initdb failed: ${said.trim()}`)
  } finally {
    await rm(passwordFile, { force: true })
    await rm(half, { recursive: true, force: true })
  }
}

/** Gives the superuser of a stopped cluster a new password (postgres.json was lost). */
export async function resetPassword(place: Place, password: string): Promise<void> {
  if (!/^[0-9A-Za-z_-]+$/.test(password)) throw new Error('The password must be free of quotes.')
  const done = await runProgram(
    place.binaries.postgres,
    ['--single', '-j', '-D', clusterOf(place.directory), 'postgres'],
    { user: place.user, input: `alter role ${SUPERUSER} password '${password}';\n\n` },
  )
  if (done.code !== 0) throw new Error(`PostgreSQL can't be opened to set a password: ${done.stderr.trim()}`)
}
