import type { Schedule, Task } from '~/jobs/task.server'
import { watchRound } from './round.server'

/** A look at all dates goes over every case that presses: not each time that a new case is told. */
const fullEveryMs = 10 * 60_000
let fullAt = Number.NEGATIVE_INFINITY

const round: Task = {
  name: 'requests.watch',
  run: async (runtime) => {
    const startedAt = performance.now()
    const full = startedAt - fullAt >= fullEveryMs
    await watchRound(runtime, full ? 'full' : 'whatWaits')
    if (full) fullAt = startedAt
  },
}

export const watchTasks: Task[] = [round]

/** Every minute: what came in meanwhile goes out as one mail a person. */
export const watchSchedule: Schedule[] = [{ task: round.name, cron: '* * * * *' }]
