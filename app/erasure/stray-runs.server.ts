import { and, eq, gt, inArray, isNotNull, isNull, or } from 'drizzle-orm'
import { erasureRun } from '~db/schema'
import type { Transaction } from '~db/client'
import { enqueueJob } from '~/jobs/enqueue.server'
import { jobsAtHand } from '~/jobs/at-hand.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { isHandedOut, isPaused, systemsOfRun } from './run-records.server'
import { runJobKey, runTask } from './start-run.server'

/**
 * Runs that are to be worked, now or again by themselves, and whose job is gone (given up after many unexpected errors,
 * removed by somebody) or would not begin for long get a new one. Answers their ids.
 */
export async function takeUpStrayRuns(runtime: Runtime): Promise<string[]> {
  return inTransaction(runtime, async (tx) => {
    const again = and(inArray(erasureRun.state, ['failed', 'partial']), gt(erasureRun.attempts, 0))
    const open = await tx
      .select({ id: erasureRun.id })
      .from(erasureRun)
      .where(
        and(
          or(eq(erasureRun.state, 'running'), again),
          isNull(erasureRun.closedAt),
          isNotNull(erasureRun.pseudonymKey),
        ),
      )
    const waiting = await jobsAtHand(
      tx,
      open.map(({ id }) => runJobKey(id)),
    )
    const taken: string[] = []
    for (const { id } of open) {
      if (waiting.has(runJobKey(id)) || (await isPaused(tx, id)) || (await waitsForPeople(tx, id))) continue
      await enqueueJob(tx, runTask, { runId: id }, { jobKey: runJobKey(id) })
      taken.push(id)
    }
    return taken
  })
}

/** Everything that the program does itself is done; the run ends when those to whom the rest was handed say so. */
async function waitsForPeople(tx: Transaction, runId: string): Promise<boolean> {
  const systems = await systemsOfRun(tx, runId)
  const left = systems.filter((row) => ['waiting', 'running', 'executed'].includes(row.state))
  return left.length > 0 && left.every(isHandedOut)
}
