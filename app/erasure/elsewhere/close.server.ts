import { and, eq } from 'drizzle-orm'
import { erasureRun, runSystem } from '~db/schema'
import type { Transaction } from '~db/client'
import { enqueueJob } from '~/jobs/enqueue.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { closeOutsideTask, findTask, reopenOutsideTask, type TaskEnd } from '~/requests/outside/close-task.server'
import { completionWaitsFor, type OutsideTask } from '~/requests/outside/task'
import { requestSealer } from '~/requests/sealed.server'
import { answerTask } from '../answer.server'
import type { Cause } from '../plan'
import { findPlan } from '../plan-store.server'
import { changeRunSystem, lockRun, type RunRow, type RunSystemRow } from '../run-records.server'
import { runJobKey, runTask } from '../start-run.server'

type Staff = Extract<Actor, { kind: 'staff' }>

/**
 * A person ends a task: its system in the run gets the same state, and the run (or, for a place, the answer) goes on by
 * itself. A run that was closed, or is through, is left alone.
 */
export async function closeTask(
  tx: Transaction,
  runtime: Runtime,
  order: { taskId: string; end: TaskEnd; actor: Staff },
): ReturnType<typeof closeOutsideTask> {
  const zone = (await readOrganisation(tx))['organisation.zone']
  const today = runtime.clock.now().toZonedDateTimeISO(zone).toPlainDate().toString()
  const closed = await closeOutsideTask(tx, runtime, { ...order, today })
  if (!closed.ok || !closed.task.runId) return closed
  const { task } = closed
  if (task.kind !== 'manual') {
    if (completionWaitsFor.includes(task.kind)) await answerAgain(tx, closed.task.runId)
    return closed
  }
  const row = await systemOf(tx, task)
  if (row) await changeRunSystem(tx, row.id, await ended(tx, runtime, task, row, order))
  await enqueueJob(tx, runTask, { runId: closed.task.runId }, { jobKey: runJobKey(closed.task.runId) })
  return closed
}

/** Takes the end of a task back; refused once its run is through or closed. */
export async function reopenTask(
  tx: Transaction,
  runtime: Runtime,
  order: { taskId: string; actor: Staff },
): Promise<{ ok: true; task: OutsideTask } | { ok: false; reason: 'unknown_task' | 'already_so' | 'run_through' }> {
  const task = await findTask(tx, order.taskId)
  const run = task?.runId ? await lockRun(tx, task.runId) : undefined
  if (run && !isUnderWay(run, task?.kind)) return { ok: false, reason: 'run_through' }
  const opened = await reopenOutsideTask(tx, runtime, order)
  if (!opened.ok || !run || opened.task.kind !== 'manual') return opened
  const row = await systemOf(tx, opened.task)
  if (row) await changeRunSystem(tx, row.id, { state: 'running', failure: null, ...notYet })
  await tx.update(erasureRun).set({ state: 'running' }).where(eq(erasureRun.id, run.id))
  return opened
}

/** A run that is done answers by itself: only what it does not hang on may still be taken back. */
const isUnderWay = (run: RunRow, kind: string | undefined) =>
  !run.closedAt && !run.answeredAt && run.state !== 'stale' && (kind !== 'manual' || run.state !== 'done')

const notYet = {
  executedAt: null,
  verifiedAt: null,
  skippedAt: null,
  skippedByStaffId: null,
  skipReasonSealed: null,
} satisfies Partial<RunSystemRow>

async function systemOf(tx: Transaction, task: OutsideTask): Promise<RunSystemRow | undefined> {
  const [row] = await tx
    .select()
    .from(runSystem)
    .where(and(eq(runSystem.runId, task.runId ?? ''), eq(runSystem.systemKey, task.systemKey)))
    .for('update')
  return row
}

/** The answer waits for places: when the last is ticked off it goes out by itself. */
const answerAgain = (tx: Transaction, runId: string) =>
  enqueueJob(tx, answerTask, { runId }, { jobKey: `erasure.answer:${runId}` })

/** What the run says of a system after a person was there: their word counts as the check, and no scan of ours reaches it. */
async function ended(
  tx: Transaction,
  runtime: Runtime,
  task: OutsideTask,
  row: RunSystemRow,
  { end, actor }: { end: TaskEnd; actor: Staff },
): Promise<Partial<RunSystemRow>> {
  const now = runtime.clock.now()
  if (end.outcome === 'skipped') {
    const sealer = await requestSealer(tx, runtime, task.requestId)
    return {
      state: 'skipped',
      skippedAt: now,
      skippedByStaffId: actor.id,
      skipReasonSealed: sealer?.seal(`run_system.skip_reason:${row.id}`, end.note) ?? null,
    }
  }
  if (end.outcome === 'refused')
    return { state: 'refused', failure: { kind: 'by_person', code: null, table: null, constraint: null } }
  const { deleted, pseudonymised, kept } = task
  return {
    state: end.outcome,
    executedAt: now,
    verifiedAt: now,
    batchesDone: 1,
    deleted,
    pseudonymised,
    kept,
    ...((await scans(tx, row.runId)) ? unsearched(now, task) : {}),
  }
}

/** Only an erasure is followed by a scan; of a place that nobody of ours can read it says that it was not searched. */
async function scans(tx: Transaction, runId: string): Promise<boolean> {
  const run = await lockRun(tx, runId)
  const plan = run ? await findPlan(tx, run.planId) : undefined
  return (
    plan !== undefined && (['erasure', 'consent_withdrawal'] satisfies Cause[] as Cause[]).includes(plan.cause as Cause)
  )
}

const unsearched = (now: RunSystemRow['residueAt'], task: OutsideTask): Partial<RunSystemRow> => ({
  residueAt: now,
  residueSearched: 0,
  nameHits: 0,
  notSearched: [task.about['name'] ?? task.systemKey],
})
