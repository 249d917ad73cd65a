import { createHash } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { openDatabase } from '~db/client'
import { joinOrStartEmbedded, removeEmbedded } from '~db/embedded'
import { migrateDatabase } from '~db/migrate'
import { systemClock } from '~/platform/clock.server'
import { keysFrom } from '~/platform/keys.server'
import { createLog } from '~/platform/log.server'
import type { Runtime } from '~/platform/runtime.server'
import type { BenchOptions } from './bench'

export type BenchServer = {
  /** Connection string of the superuser for a database of this server. */
  url(database: string): string
  /** Makes an empty database; answers false when a run before made it already (only with a folder that is kept). */
  create(database: string): Promise<boolean>
  /** Makes it anew, also when it is there. */
  recreate(database: string): Promise<void>
  close(): Promise<void>
}

/** A PostgreSQL of the bench's own, that writes to disk as an installation's does. */
export async function startBenchServer({ data, say }: Pick<BenchOptions, 'data' | 'say'>): Promise<BenchServer> {
  const folder = data ?? (await mkdtemp(join(tmpdir(), 'privacybalie-bench-')))
  if (!data) await chmod(folder, 0o711)
  const settings = { max_connections: '100', shared_buffers: '512MB', max_wal_size: '8GB', checkpoint_timeout: '30min' }
  const server = await joinOrStartEmbedded({ dataDir: folder, settings, say })
  const maintenance = async <T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> => {
    const sql = postgres(server.superuserUrl('postgres'), { max: 1, onnotice: () => undefined })
    return work(sql).finally(() => sql.end({ timeout: 5 }))
  }
  const create = (database: string) =>
    maintenance(async (sql) => {
      const [made] = await sql`select 1 from pg_database where datname = ${database}`
      if (!made) await sql`create database ${sql(database)}`
      return !made
    })
  return {
    url: (database) => server.superuserUrl(database),
    create,
    recreate: async (database) => {
      await maintenance((sql) => sql`drop database if exists ${sql(database)} with (force)`.then(() => undefined))
      await create(database)
    },
    close: async () => {
      await server.stop()
      if (data) return
      await removeEmbedded({ dataDir: folder })
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type BenchRuntime = { runtime: Runtime; sql: postgres.Sql; close(): Promise<void> }

/** The product's own tables in a database, and a runtime over them. The master key is the same in every run. */
export async function openBenchRuntime(url: string, { maxConnections = 10 } = {}): Promise<BenchRuntime> {
  await migrateDatabase({ url })
  const { db, sql, close } = openDatabase(url, { maxConnections })
  const runtime: Runtime = {
    db,
    clock: systemClock,
    keys: keysFrom(benchMasterKey()),
    log: createLog('silent'),
    settings: { TRUSTED_PROXIES: [], ALLOWED_SYSTEM_HOSTS: ['127.0.0.1'] },
    publicUrl: 'http://localhost:3000',
    demo: false,
  }
  return { runtime, sql, close }
}

/** A key for benches only; nothing real is ever sealed with it. */
export function benchMasterKey(): Uint8Array {
  return new Uint8Array(createHash('sha256').update('bench').digest())
}
