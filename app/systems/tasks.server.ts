import type { Schedule, Task } from '~/jobs/task.server'
import { tellReviews } from './agreement-review.server'
import { watchSystems } from './watch.server'

export const watchTask = 'systems.watch'
const reviewsTask = 'systems.reviews'

export const systemsTasks: Task[] = [
  { name: watchTask, run: (runtime) => watchSystems(runtime) },
  { name: reviewsTask, run: (runtime) => tellReviews(runtime) },
]

/** Every hour, so that the page tells whether a system answers; in the night also before anything is scanned or erased. */
export const systemsSchedule: Schedule[] = [
  { task: watchTask, cron: '45 * * * *' },
  { task: reviewsTask, cron: '20 5 * * *' },
]
