import { randomBytes } from 'node:crypto'
import { openDatabase } from '~db/client'
import { setting } from '~db/schema'
import { fixedClock } from '~/platform/clock.server'
import { keysFrom } from '~/platform/keys.server'
import { createLog } from '~/platform/log.server'
import type { Runtime } from '~/platform/runtime.server'
import { migratedDatabase } from './postgres'

export interface TestRuntime {
  runtime: Runtime
  clock: ReturnType<typeof fixedClock>
  /** Connection string of the application's role. */
  url: string
  /** Connection string of the role that owns the tables. */
  ownerUrl: string
  /** What another process needs to work on the same database with the same keys. */
  environment: { DATABASE_URL: string; PRIVACYBALIE_MASTER_KEY: string }
  close(): Promise<void>
}

/** A runtime over a migrated database of its own, with a clock that the test holds in its hand and a random master key. */
export async function testRuntime(at = '2026-03-02T09:00:00Z'): Promise<TestRuntime> {
  const database = await migratedDatabase()
  const handle = openDatabase(database.url)
  const clock = fixedClock(at)
  const masterKey = randomBytes(32)
  const runtime: Runtime = {
    db: handle.db,
    clock,
    keys: keysFrom(masterKey),
    log: createLog('silent'),
    settings: { TRUSTED_PROXIES: [], ALLOWED_SYSTEM_HOSTS: [] },
    publicUrl: 'http://localhost:3000',
    demo: false,
  }
  // Signing in takes a password alone, unless a test asks for more.
  await handle.db.insert(setting).values({ key: 'staff.secondFactor', value: 'optional', updatedAt: clock.now() })
  return {
    runtime,
    clock,
    url: database.url,
    ownerUrl: database.ownerUrl,
    environment: { DATABASE_URL: database.url, PRIVACYBALIE_MASTER_KEY: masterKey.toString('base64') },
    close: async () => {
      await handle.close()
      await database.drop()
    },
  }
}
