import type { Schedule, Task } from '~/jobs/task.server'
import { purgeHandOffs } from './hand-off.server'
import { sendSignInCode } from './send-sign-in-code.server'

const purgeTask = 'identity.purge'

/** The jobs of this room. */
export const identityTasks: Task[] = [sendSignInCode, { name: purgeTask, run: (runtime) => purgeHandOffs(runtime) }]

export const identitySchedule: Schedule[] = [{ task: purgeTask, cron: '20 * * * *' }]
