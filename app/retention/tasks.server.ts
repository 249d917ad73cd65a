import type { Schedule, Task } from '~/jobs/task.server'
import { inTransaction } from '~/platform/runtime.server'
import { listAppliedMaps } from '~/systems/registry.server'
import { sendDigests } from './digest.server'
import { latestFindings } from './findings.server'
import { retentionDay, scanRetention, ScanIncomplete } from './scan.server'

export const scanTask = 'retention.scan'

/** Scans all systems and tells the owners. A system that does not answer is tried again; the others are told about already. */
const scan: Task = {
  name: scanTask,
  run: async (runtime) => {
    const missed = await scanRetention(runtime).then(
      () => null,
      (error: unknown) => {
        if (error instanceof ScanIncomplete) return error
        throw error
      },
    )
    const { today } = await retentionDay(runtime, runtime.db)
    const maps = await listAppliedMaps(runtime.db)
    const findings = await latestFindings(
      runtime.db,
      runtime,
      maps.map(({ system }) => system.key),
    )
    await inTransaction(runtime, (tx) =>
      sendDigests(tx, runtime, {
        findings,
        maps: new Map(maps.map(({ system, map }) => [system.key, map])),
        today,
      }),
    )
    if (missed) throw missed
  },
}

export const retentionTasks: Task[] = [scan]

/** In the night, before anybody comes to work. */
export const retentionSchedule: Schedule[] = [{ task: scanTask, cron: '15 2 * * *' }]
