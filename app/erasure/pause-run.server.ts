import { and, eq, isNull } from 'drizzle-orm'
import { erasureRun, runPause } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { isPaused, lockRun, type RunRow } from './run-records.server'
import { runJobKey, runTask } from './start-run.server'

type Order = { requestId: string; runId: string; actor: Extract<Actor, { kind: 'staff' }> }

/**
 * Stops a run that is at work until somebody lets it go on. What is committed stands; a transaction that is under way is
 * rolled back before it commits.
 */
export async function pauseRun(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: Order,
): Promise<{ ok: true } | { ok: false; reason: 'not_running' }> {
  const run = await lockRun(tx, order.runId)
  if (run?.requestId !== order.requestId || run.state !== 'running' || run.closedAt || (await isPaused(tx, run.id)))
    return { ok: false, reason: 'not_running' }
  await tx.insert(runPause).values({ runId: run.id, at: runtime.clock.now(), byStaffId: order.actor.id })
  await witness(tx, runtime, run, order, 'run.paused')
  return { ok: true }
}

/** Lets a paused run go on where it stopped. */
export async function resumeRun(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: Order,
): Promise<{ ok: true } | { ok: false; reason: 'not_paused' }> {
  const run = await lockRun(tx, order.runId)
  if (run?.requestId !== order.requestId || run.closedAt || !(await isPaused(tx, run.id)))
    return { ok: false, reason: 'not_paused' }
  await tx
    .update(runPause)
    .set({ resumedAt: runtime.clock.now(), resumedByStaffId: order.actor.id })
    .where(and(eq(runPause.runId, run.id), isNull(runPause.resumedAt)))
  await tx.update(erasureRun).set({ attempts: 0 }).where(eq(erasureRun.id, run.id))
  await enqueueJob(tx, runTask, { runId: run.id }, { jobKey: runJobKey(run.id) })
  await witness(tx, runtime, run, order, 'run.resumed')
  return { ok: true }
}

async function witness(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  run: RunRow,
  { requestId, actor }: Order,
  verb: 'run.paused' | 'run.resumed',
): Promise<void> {
  const request = await findRequest(tx, requestId)
  await appendEvidence(tx, runtime, { actor, verb, ...(request ? { request } : {}), data: { run: run.id } })
}
