import type { Database, Transaction } from '~db/client'
import type { Clock } from './clock.server'
import type { Keys } from './keys.server'
import type { Log } from './log.server'
import type { EnvironmentSettings } from './settings.server'

/** What one process has in hand; made once at start, given to every verb, replaced as a whole in tests. */
export type Runtime = {
  db: Database
  clock: Clock
  keys: Keys
  log: Log
  settings: EnvironmentSettings
  /** Where people reach us, without a trailing slash. */
  publicUrl: string
  /** True in demo and development: banner, mailbox page, insecure cookies on http. */
  demo: boolean
}

/** The one function that opens a transaction. Everything that belongs together is written in it or not at all. */
export function inTransaction<T>(runtime: Pick<Runtime, 'db'>, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return runtime.db.transaction(work)
}

/** Who does something: a data subject, staff (in person or by an API token), a colleague who was asked, or the program. */
export type Actor =
  { kind: 'subject' } | { kind: 'staff'; id: string; via?: 'token' } | { kind: 'colleague' } | { kind: 'system' }
