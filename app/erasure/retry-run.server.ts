import { eq } from 'drizzle-orm'
import { erasureRun } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { findRun } from './run-records.server'
import { runJobKey, runTask } from './start-run.server'

/** Sets a run that failed or is partial to work again. Answers false when there is nothing to repeat. */
export async function retryRun(
  tx: Transaction,
  runtime: Runtime,
  order: { runId: string; actor: Actor },
): Promise<boolean> {
  const run = await findRun(tx, order.runId)
  if (!run || run.closedAt || !['failed', 'partial', 'running'].includes(run.state)) return false
  await tx.update(erasureRun).set({ attempts: 0 }).where(eq(erasureRun.id, run.id))
  const request = run.requestId ? await findRequest(tx, run.requestId) : undefined
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'run.retried',
    ...(request ? { request } : {}),
    data: { run: run.id },
  })
  await enqueueJob(tx, runTask, { runId: run.id }, { jobKey: runJobKey(run.id) })
  return true
}
