import type { Schedule, Task } from '~/jobs/task.server'
import type { Runtime } from '~/platform/runtime.server'
import { expireUnconfirmed } from './expire.server'
import { forgetExpired } from './forget.server'
import { remindUnconfirmed } from './remind.server'

const task = 'requests.unconfirmed'

/** One look at everything that nobody confirmed: reminders, ends, and what can't be revived any more. May run as often as one likes. */
export async function unconfirmedRound(runtime: Runtime): Promise<void> {
  await expireUnconfirmed(runtime)
  await remindUnconfirmed(runtime)
  await forgetExpired(runtime)
}

export const unconfirmedTasks: Task[] = [{ name: task, run: unconfirmedRound }]

export const unconfirmedSchedule: Schedule[] = [{ task, cron: '25 * * * *' }]
