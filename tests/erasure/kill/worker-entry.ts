import { openRuntime, settingsOrThrow } from '~/cli/open-runtime.server'
import { erasureTasks } from '~/erasure/tasks.server'
import { startJobs } from '~/jobs/runner.server'

// A worker as `serve --role worker` starts it, with the jobs of erasure/ alone, so that it is up at once.
const open = await openRuntime(settingsOrThrow(), { migrate: false })
await startJobs({ runtime: open.runtime, url: open.databaseUrl, tasks: erasureTasks, schedule: [] })
process.stdout.write('ready\n')
