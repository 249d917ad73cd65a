import { EventEmitter } from 'node:events'
import { Logger, parseCronItems, run } from 'graphile-worker'
import type { WorkerEvents } from 'graphile-worker'
import postgres from 'postgres'
import { describeError } from '~/platform/log.server'
import type { Runtime } from '~/platform/runtime.server'
import { holdLock, releaseDeadWorkers } from './dead-workers.server'
import type { Schedule, Task } from './task.server'

export type RunningJobs = { stop(): Promise<void> }

export type JobsOptions = { runtime: Runtime; url: string; tasks: Task[]; schedule: Schedule[]; concurrency?: number }

const RELEASE_EVERY_MS = 20_000

/**
 * Works the jobs of this installation. Each worker holds a session lock under its id; workers whose lock is free were
 * killed, and their jobs are released (graphile itself would wait four hours).
 */
export async function startJobs({ runtime, url, tasks, schedule, concurrency = 4 }: JobsOptions): Promise<RunningJobs> {
  const locks = postgres(url, {
    max: 2,
    onnotice: () => undefined,
    connection: { application_name: 'privacybalie-worker' },
  })
  const holder = await locks.reserve()
  const events: WorkerEvents = new EventEmitter()
  events.on('worker:create', ({ worker }) => {
    holdLock(holder, worker.workerId).catch((error: unknown) =>
      runtime.log.error({ err: error }, 'worker lock not taken'),
    )
  })
  const release = () =>
    releaseDeadWorkers(locks)
      .then((freed) => {
        if (freed.length > 0) runtime.log.warn({ workers: freed.length }, 'released the jobs of killed workers')
      })
      .catch((error: unknown) => runtime.log.error({ err: error }, 'dead workers not released'))
  await release()
  const timer = setInterval(() => void release(), RELEASE_EVERY_MS)
  const runner = await run({
    connectionString: url,
    concurrency,
    pollInterval: 1000,
    noHandleSignals: true,
    events,
    logger: new Logger(() => (level, message) => {
      if (level === 'error') runtime.log.error({ jobs: message.slice(0, 200) }, 'jobs')
    }),
    parsedCronItems: parseCronItems(
      schedule.map((item) => ({ task: item.task, match: item.cron, identifier: item.task })),
    ),
    taskList: Object.fromEntries(
      tasks.map((task) => [task.name, (payload: unknown) => runTask(runtime, task, payload)]),
    ),
  })
  return {
    stop: async () => {
      clearInterval(timer)
      await runner.stop()
      holder.release()
      await locks.end({ timeout: 5 })
    },
  }
}

/**
 * Runs one job. What graphile keeps of a failure (last_error, log) is the class of the error only: a database's own words
 * quote whole rows.
 */
async function runTask(runtime: Runtime, task: Task, payload: unknown): Promise<void> {
  try {
    await task.run(runtime, payload)
  } catch (error) {
    runtime.log.error({ err: error, task: task.name }, 'job failed')
    const described = describeError(error)
    const failure = new Error(
      `${String(described['type'])} ${String(described['sqlState'] ?? described['errorCode'] ?? '')}`.trim(),
    )
    delete failure.stack
    throw failure
  }
}
