import type { Schedule, Task } from '~/jobs/task.server'
import { sealEvidence } from './seal.server'

const seal: Task = {
  name: 'evidence.seal',
  run: async (runtime) => {
    const outcome = await sealEvidence(runtime)
    if (!outcome.ok)
      runtime.log.error({ position: Number(outcome.position) }, 'the log was altered: run privacybalie evidence verify')
  },
}

export const evidenceTasks: Task[] = [seal]

/** Every minute: what is not yet sealed could be taken away unnoticed. */
export const evidenceSchedule: Schedule[] = [{ task: seal.name, cron: '* * * * *' }]
