import { EventEmitter } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Logger, parseCronItems, run, runMigrations } from 'graphile-worker'
import type { Runner, WorkerEvents } from 'graphile-worker'
import postgres from 'postgres'
import { describeError } from '~/platform/log.server'
import type { Runtime } from '~/platform/runtime.server'
import { holdLifeLock, releaseDeadWorkers, type LifeLock } from './dead-workers.server'
import type { Schedule, Task } from './task.server'

export type RunningJobs = { stop(): Promise<void> }

export type JobsOptions = {
  runtime: Runtime
  url: string
  tasks: Task[]
  schedule: Schedule[]
  concurrency?: number
  lookEveryMs?: number
}

/** Two looks in a row find a killed worker, so its jobs are free within half a minute. */
export const LOOK_EVERY_MS = 12_000
/** Jobs that a killed worker took in its last two seconds are found by this second look after a start. */
const LOOK_AFTER_START_MS = 2_500
const START_AGAIN_MS = 1_000

/**
 * Works the jobs of this installation. The workers of a process hold a session lock under the id by which their jobs are
 * marked; those whose lock is free were killed, and their jobs are released (graphile itself would wait four hours). Workers
 * that stop by themselves, since the database was away for long, are started again.
 */
export async function startJobs(options: JobsOptions): Promise<RunningJobs> {
  const { runtime, url, lookEveryMs = LOOK_EVERY_MS } = options
  await runMigrations({ connectionString: url, logger: quietly(runtime) })
  const looking = postgres(url, {
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: 'privacybalie-worker' },
  })
  let suspects: ReadonlySet<string> = new Set()
  const look = (atOnce: boolean) =>
    releaseDeadWorkers(looking, atOnce ? undefined : suspects)
      .then(({ released, suspected }) => {
        suspects = suspected
        if (released.length > 0) runtime.log.warn({ workers: released.length }, 'released the jobs of killed workers')
      })
      .catch((error: unknown) => runtime.log.error({ err: error }, 'dead workers not released'))
  await look(true)
  const timers = [setTimeout(() => void look(true), LOOK_AFTER_START_MS)]
  const clockwork = setInterval(() => void look(false), lookEveryMs)
  let stopping = false
  let working = await startWorkers(options)
  const watch = async () => {
    for (;;) {
      await working.ended
      if (stopping) return
      runtime.log.error('the workers of the jobs stopped by themselves; they are started again')
      for (;;) {
        await pause(START_AGAIN_MS)
        if (stopping) return
        try {
          working = await startWorkers(options)
          break
        } catch (error) {
          runtime.log.error({ err: error }, 'the workers of the jobs can not be started yet')
        }
      }
    }
  }
  const watching = watch()
  return {
    stop: async () => {
      stopping = true
      for (const timer of timers) clearTimeout(timer)
      clearInterval(clockwork)
      await working.stop()
      await watching
      await looking.end({ timeout: 5 })
    },
  }
}

interface Workers {
  /** Resolves when they stopped, whatever the reason; their lock is then free. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

async function startWorkers({ runtime, url, tasks, schedule, concurrency = 4 }: JobsOptions): Promise<Workers> {
  const events: WorkerEvents = new EventEmitter()
  const locks: LifeLock[] = []
  events.on('pool:create', ({ workerPool }) => locks.push(holdLifeLock(url, workerPool.id)))
  const runner: Runner = await run({
    connectionString: url,
    noHandleSignals: true,
    events,
    logger: quietly(runtime),
    parsedCronItems: parseCronItems(
      schedule.map((item) => ({ task: item.task, match: item.cron, identifier: item.task })),
    ),
    preset: {
      worker: {
        concurrentJobs: concurrency,
        pollInterval: 1000,
        // In batches, if only of one: that a job is done is then written again and again while the database is away.
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
    taskList: Object.fromEntries(
      tasks.map((task) => [
        task.name,
        async (payload: unknown) => {
          await Promise.all(locks.map((lock) => lock.held))
          await runTask(runtime, task, payload)
        },
      ]),
    ),
  })
  const ended = runner.promise
    .catch((error: unknown) => runtime.log.error({ err: error }, 'jobs'))
    .then(async () => {
      for (const lock of locks) await lock.release()
    })
  return {
    ended,
    stop: async () => {
      await runner.stop()
      await ended
    },
  }
}

/** graphile's own words, without the rows that a database error may quote. */
const quietly = (runtime: Runtime) =>
  new Logger(() => (level, message, meta) => {
    if (level !== 'error') return
    const error = meta?.['error'] ?? meta?.['fatalError']
    if (error) runtime.log.error({ err: error }, 'jobs')
    else runtime.log.error({ jobs: message.slice(0, 200) }, 'jobs')
  })

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
