import { eq } from 'drizzle-orm'
import { keyCheck, setting } from '~db/schema'
import type { Database, Executor, Transaction } from '~db/client'
import type { Clock } from './clock.server'
import type { Keys } from './keys.server'

const KNOWN = 'privacybalie'

/** Whether these keys belong to this database; the first process to ask leaves a sealed known value. */
export async function checkMasterKey(db: Database, keys: Keys, clock: Clock): Promise<boolean> {
  const sealed = keys.seal('check', KNOWN, 'key_check')
  await db.insert(keyCheck).values({ id: 'master', sealed, createdAt: clock.now() }).onConflictDoNothing()
  const [row] = await db.select().from(keyCheck).where(eq(keyCheck.id, 'master'))
  if (!row) return false
  try {
    return Buffer.from(keys.open('check', row.sealed, 'key_check')).toString('utf8') === KNOWN
  } catch {
    return false
  }
}

const DEMO_MARK = 'installation.demo'

/** A demo's database says so, and production refuses it. */
export async function isDemoDatabase(db: Executor): Promise<boolean> {
  const [row] = await db.select().from(setting).where(eq(setting.key, DEMO_MARK))
  return row?.value === true
}

export async function markAsDemo(tx: Transaction, clock: Clock): Promise<void> {
  await tx.insert(setting).values({ key: DEMO_MARK, value: true, updatedAt: clock.now() }).onConflictDoNothing()
}
