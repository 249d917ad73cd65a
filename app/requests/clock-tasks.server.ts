import { z } from 'zod'
import type { Schedule, Task } from '~/jobs/task.server'
import { recomputeDates, recomputeTask, recordMissedDates } from './recompute.server'
import { endOverlongPauses } from './resume.server'
import { settleExtensions } from './settle-extensions.server'

const recomputeOrder = z.object({ why: z.enum(['calendar', 'settings']) })
const dayTask = 'requests.day'
const extensionsTask = 'requests.extensions'
const calendarTask = 'requests.calendar'

/** What the clock of requests does by itself; each may run again after a crash. */
export const clockTasks: Task[] = [
  { name: extensionsTask, run: settleExtensions },
  {
    // Before a date is called missed, the pauses that move it are counted.
    name: dayTask,
    run: async (runtime) => {
      await endOverlongPauses(runtime)
      await recomputeDates(runtime, 'pause')
      await recordMissedDates(runtime)
    },
  },
  { name: calendarTask, run: (runtime) => recomputeDates(runtime, 'calendar') },
  {
    name: recomputeTask,
    run: (runtime, payload) => recomputeDates(runtime, recomputeOrder.parse(payload).why),
  },
]

/** Midnight comes at another hour in every zone, so that a new day is looked for every hour. */
export const clockSchedule: Schedule[] = [
  { task: extensionsTask, cron: '* * * * *' },
  { task: dayTask, cron: '2 * * * *' },
  { task: calendarTask, cron: '35 2 * * *' },
]
