import { and, eq, isNull } from 'drizzle-orm'
import { erasureRun } from '~db/schema'
import { enqueueJob } from '~/jobs/enqueue.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import { findRequest } from '~/requests/find.server'
import { handOutFiles } from './elsewhere/files.server'
import { elsewhereOf, workElsewhere } from './elsewhere/work.server'
import { executeRun } from './execute-run.server'
import { finishRun } from './finish-run.server'
import { findPlan, openPlan, readContents, systemsOfPlan, type PlanContents } from './plan-store.server'
import { contentsBefore, joinTraces } from './residue/person.server'
import { findRun, isPaused, systemsOfRun } from './run-records.server'
import { withRunLock } from './run-lock.server'
import { runJobKey, runTask } from './start-run.server'
import { verifyOne } from './verify-run.server'
import type { Work } from './work'

/** A run that somebody else is at is looked at again after so long. */
const LOOK_AGAIN_SECONDS = 5

/**
 * Works a run: every system that is not through is executed, verified and searched for residue; then the run gets its state.
 * May be killed at any moment and called again: what is done in a connected database is known by its receipt there. Only one
 * worker is at a run at a time.
 */
export async function workRun(runtime: Runtime, runId: string): Promise<void> {
  const alone = await withRunLock(runtime, runId, () => workAlone(runtime, runId))
  if (alone) return
  await inTransaction(runtime, (tx) =>
    enqueueJob(tx, runTask, { runId }, { jobKey: runJobKey(runId), inSeconds: LOOK_AGAIN_SECONDS }),
  )
}

async function workAlone(runtime: Runtime, runId: string): Promise<void> {
  const run = await findRun(runtime.db, runId)
  if (!run || run.state === 'stale' || run.state === 'done' || !run.pseudonymKey) return
  const [plan, paused, planned, request] = await together([
    findPlan(runtime.db, run.planId),
    isPaused(runtime.db, runId),
    systemsOfPlan(runtime.db, run.planId),
    run.requestId ? findRequest(runtime.db, run.requestId) : undefined,
  ])
  if (!plan || paused) return
  const taken = await runtime.db
    .update(erasureRun)
    .set({ state: 'running' })
    .where(and(eq(erasureRun.id, runId), isNull(erasureRun.closedAt)))
    .returning({ id: erasureRun.id })
  if (taken.length === 0) return
  const opened = await openPlan(runtime.db, runtime, plan)
  const key = runtime.keys.open('wrapping', run.pseudonymKey, `erasure_run.pseudonym_key:${runId}`)
  const work: Work = { run, plan, opened, key, request }
  const contents = new Map<string, PlanContents>()
  for (const row of planned.filter((each) => !elsewhereOf(each)))
    contents.set(row.systemKey, await readContents(runtime.db, opened.sealer, row.id))
  if ((await executeRun(runtime, work, contents)) === 'ended') return
  const traces = joinTraces([...contents.values(), ...(await contentsBefore(runtime.db, opened.sealer, plan))])
  for (const system of await systemsOfRun(runtime.db, runId)) {
    const rows = contents.get(system.systemKey)
    if (rows && system.state === 'executed') await verifyOne(runtime, work, system, rows, traces)
  }
  await workElsewhere(runtime, work, planned)
  await handOutFiles(runtime, work, contents)
  await finishRun(runtime, work)
}
