import type { Schedule, Task } from '~/jobs/task.server'
import { watchSystems } from './watch.server'

export const watchTask = 'systems.watch'

export const systemsTasks: Task[] = [{ name: watchTask, run: (runtime) => watchSystems(runtime) }]

/** In the night, before anything is scanned or erased by itself. */
export const systemsSchedule: Schedule[] = [{ task: watchTask, cron: '45 0 * * *' }]
