import { z } from 'zod'
import type { Schedule, Task } from '~/jobs/task.server'
import { markTask } from '~/requests/mark.server'
import { lookTask } from '~/requests/outside/follow.server'
import { letterPostedTask } from '~/requests/post-letter.server'
import { stopMarketingTask } from '~/requests/stop-marketing.server'
import { answerPosted, answerRun, answerTask } from './answer.server'
import { markInSystems, stopMarketingInSystems } from './by-itself.server'
import { eraseDeferred } from './deferred.server'
import { handOutLooks } from './elsewhere/look.server'
import { forgetErased } from './remember.server'
import { remindReviews } from './remind-reviews.server'
import { beginPasses, passOver, passTask } from './residue/nightly.server'
import { lookForRestores } from './restored.server'
import { workRun } from './run.server'
import { runTask } from './start-run.server'
import { takeUpStrayRuns } from './stray-runs.server'

const ofRun = z.object({ runId: z.uuid() })
const ofRequest = z.object({ requestId: z.uuid() })
const ofSystem = z.object({ systemKey: z.string() })
const ofMark = z.object({ requestId: z.uuid(), clear: z.boolean() })

export const deferredTask = 'erasure.deferred'
export const restoresTask = 'erasure.restores'
export const residueTask = 'erasure.residue'
export const strayRunsTask = 'erasure.stray-runs'
export const reviewsTask = 'erasure.reviews'

/** What erasure/ does as jobs; each may run again after a crash. */
export const erasureTasks: Task[] = [
  { name: runTask, run: (runtime, payload) => workRun(runtime, ofRun.parse(payload).runId) },
  { name: answerTask, run: (runtime, payload) => answerRun(runtime, ofRun.parse(payload).runId) },
  {
    name: letterPostedTask,
    run: (runtime, payload) => answerPosted(runtime, ofRequest.parse(payload).requestId),
  },
  {
    name: stopMarketingTask,
    run: (runtime, payload) => stopMarketingInSystems(runtime, ofRequest.parse(payload).requestId),
  },
  {
    name: markTask,
    run: (runtime, payload) => {
      const { requestId, clear } = ofMark.parse(payload)
      return markInSystems(runtime, requestId, clear)
    },
  },
  { name: lookTask, run: (runtime, payload) => handOutLooks(runtime, ofRequest.parse(payload).requestId) },
  {
    name: strayRunsTask,
    run: async (runtime) => {
      await takeUpStrayRuns(runtime)
    },
  },
  {
    name: residueTask,
    run: async (runtime) => {
      await beginPasses(runtime)
    },
  },
  { name: passTask, run: (runtime, payload) => passOver(runtime, ofSystem.parse(payload).systemKey) },
  { name: restoresTask, run: (runtime) => lookForRestores(runtime) },
  { name: reviewsTask, run: (runtime) => remindReviews(runtime) },
  {
    name: deferredTask,
    run: async (runtime) => {
      await eraseDeferred(runtime)
      await forgetErased(runtime)
    },
  },
]

export const erasureSchedule: Schedule[] = [
  { task: strayRunsTask, cron: '* * * * *' },
  { task: residueTask, cron: '25 * * * *' },
  { task: restoresTask, cron: '5 1 * * *' },
  { task: deferredTask, cron: '15 1 * * *' },
  // A new day comes at another hour in every zone.
  { task: reviewsTask, cron: '25 * * * *' },
]
