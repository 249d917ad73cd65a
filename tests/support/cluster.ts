import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { joinOrStartEmbedded, removeEmbedded } from '~db/embedded'
import { processState } from '~db/embedded/process'
import { stopMariadb } from './mariadb'

const PREFIX = 'privacybalie-tests-'

/**
 * Global setup of vitest: one PostgreSQL for the whole run, in a directory of its own, quick because nobody needs its data
 * tomorrow. A MariaDB is added to the same directory by the first test that asks for one. Both go with the run.
 */
export default async function setup(): Promise<() => Promise<void>> {
  await removeLeftovers()
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  await chmod(directory, 0o711)
  const server = await joinOrStartEmbedded({
    dataDir: directory,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '300',
      autovacuum: 'off',
      max_wal_size: '2GB',
    },
  })
  // the same two roles as an installation has: one owns the tables, the other may not alter evidence
  const sql = postgres(server.superuserUrl('postgres'), { max: 1 })
  for (const role of ['privacybalie_owner', 'privacybalie_app'])
    await sql.unsafe(`create role ${role} login password 'tests'`)
  await sql.end()
  process.env.PRIVACYBALIE_TESTS_DIRECTORY = directory
  process.env.PRIVACYBALIE_TESTS_POSTGRES = server.superuserUrl('postgres')
  return async () => {
    await stopMariadb(directory)
    await removeEmbedded({ dataDir: directory })
    await rm(directory, { recursive: true, force: true })
  }
}

/** A run that was killed leaves its servers behind; the next one tidies up. */
async function removeLeftovers(): Promise<void> {
  const left = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX))
  for (const name of left) {
    if (processState(Number(name.slice(PREFIX.length).split('-')[0])) !== 'gone') continue
    const directory = join(tmpdir(), name)
    try {
      await stopMariadb(directory)
      await removeEmbedded({ dataDir: directory })
      await rm(directory, { recursive: true, force: true })
    } catch (error) {
      process.stderr.write(`${directory} of an earlier run can't be removed: ${String(error)}\n`)
    }
  }
}
