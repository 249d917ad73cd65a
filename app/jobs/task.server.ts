import type { Runtime } from '~/platform/runtime.server'

/** What a room registers: a named task that takes a job's payload (ids only) and may run again after a crash. */
export type Task = { name: string; run: (runtime: Runtime, payload: unknown) => Promise<void> }

/** A task that comes round by itself. `cron` in graphile-worker's syntax, UTC. */
export type Schedule = { task: string; cron: string }
