import { z } from 'zod'
import type { Schedule, Task } from '~/jobs/task.server'
import { inTransaction } from '~/platform/runtime.server'
import { purgeHandOffs } from './hand-off.server'
import { identifyRequest } from './identify.server'
import { identifyTask } from './proof.server'
import { sendSignInCode } from './send-sign-in-code.server'
import { purgeTyped } from './typed-draft.server'

const purgeTask = 'identity.purge'
const payloadShape = z.object({ requestId: z.uuid() })

/** After a proof; tried again, with the worker's back-off, for as long as a system does not answer. */
const identify: Task = {
  name: identifyTask,
  run: async (runtime, payload) => {
    const { requestId } = payloadShape.parse(payload)
    const { away } = await inTransaction(runtime, (tx) => identifyRequest(tx, runtime, requestId))
    if (away) throw new Error(`${away} does not answer: who asked is looked up again`)
  },
}

/** The jobs of this room. */
export const identityTasks: Task[] = [
  sendSignInCode,
  identify,
  {
    name: purgeTask,
    run: async (runtime) => {
      await purgeHandOffs(runtime)
      await purgeTyped(runtime)
    },
  },
]

export const identitySchedule: Schedule[] = [{ task: purgeTask, cron: '20 * * * *' }]
