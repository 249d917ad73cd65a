import { lt, sql } from 'drizzle-orm'
import { passkeyChallenge, passwordReset, staffSession } from '~db/schema'
import type { Schedule, Task } from '~/jobs/task.server'
import { forgetAnswers } from '~/platform/answer-once.server'
import type { Runtime } from '~/platform/runtime.server'
import { sendPasswordReset } from './reset-password.server'

const purgeTask = 'staff.purge'

/** Removes what nobody can use any more: sessions, challenges and links past their end, answers kept for machines. */
export async function purgeExpired(runtime: Pick<Runtime, 'db' | 'clock'>): Promise<void> {
  const now = runtime.clock.now()
  // Ends of sessions are written by the session library, which asks the machine for the time.
  await runtime.db.delete(staffSession).where(lt(staffSession.expiresAt, sql`now()`))
  await runtime.db.delete(passkeyChallenge).where(lt(passkeyChallenge.expiresAt, now))
  await runtime.db.delete(passwordReset).where(lt(passwordReset.expiresAt, now.subtract({ hours: 24 })))
  await forgetAnswers(runtime.db, now)
}

/** What staff/ does as jobs; each may run again after a crash. */
export const staffTasks: Task[] = [sendPasswordReset, { name: purgeTask, run: (runtime) => purgeExpired(runtime) }]

export const staffSchedule: Schedule[] = [{ task: purgeTask, cron: '35 * * * *' }]
