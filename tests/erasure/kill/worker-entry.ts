import { openRuntime, settingsOrThrow } from '~/cli/open-runtime.server'
import { erasureTasks } from '~/erasure/tasks.server'
import { LOOK_EVERY_MS, startJobs } from '~/jobs/runner.server'

// A worker as `serve --role worker` starts it, with the jobs of erasure/ alone, so that it is up at once.
const open = await openRuntime(settingsOrThrow(), { migrate: false })
const lookEveryMs = Number(process.env['TEST_LOOK_EVERY_MS'] ?? LOOK_EVERY_MS)
await startJobs({ runtime: open.runtime, url: open.databaseUrl, tasks: erasureTasks, schedule: [], lookEveryMs })
process.stdout.write('ready\n')
