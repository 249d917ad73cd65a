import { and, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import { outsideTask } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { findRequest } from '../find.server'
import { requestSealer } from '../sealed.server'
import { detailPlace, needsNote, openTaskStates, outcomesOf, taskOutcomes, type OutsideTask } from './task'

const rows = z.coerce.number().int().min(0).max(1_000_000_000)

/** What a person fills in at the end of a task. `doneOn`: the day on which it was done, at most today. */
export const closeTaskSchema = z.object({
  outcome: z.enum(taskOutcomes),
  note: z.string().trim().max(10_000).default(''),
  doneOn: z.iso.date(),
  deleted: rows.default(0),
  pseudonymised: rows.default(0),
  kept: rows.default(0),
})
export type TaskEnd = z.infer<typeof closeTaskSchema>

export type CloseRefusal = 'unknown_task' | 'already_so' | 'not_by_hand' | 'note_missing' | 'in_future' | 'purged'

const notePlace = (taskId: string) => `outside_task.note:${taskId}`

export async function findTask(db: Executor, taskId: string): Promise<OutsideTask | undefined> {
  const [row] = await db.select().from(outsideTask).where(eq(outsideTask.id, taskId))
  return row
}

/** What was written at the end of a task; null: nothing, or purged. */
export async function noteOfTask(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  task: OutsideTask,
): Promise<string | null> {
  if (!task.noteSealed) return null
  const sealer = await requestSealer(db, runtime, task.requestId)
  return sealer?.open(notePlace(task.id), task.noteSealed) ?? null
}

/** The personal part of what a task says; null: it has none, or the case is purged. */
export async function detailOfTask(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  task: OutsideTask,
): Promise<string | null> {
  if (!task.detailSealed) return null
  const sealer = await requestSealer(db, runtime, task.requestId)
  return sealer?.open(detailPlace(task.id), task.detailSealed) ?? null
}

/**
 * Ends a task with what came of it: who, when, on which day, how many rows, and the proof or reason, sealed under the case's
 * key. Two people at once: the second is refused.
 */
export async function closeOutsideTask(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { taskId: string; end: TaskEnd; today: string; actor: Extract<Actor, { kind: 'staff' }> },
): Promise<{ ok: true; task: OutsideTask } | { ok: false; reason: CloseRefusal }> {
  const task = await findTask(tx, order.taskId)
  if (!task) return { ok: false, reason: 'unknown_task' }
  const { outcome, note, doneOn, deleted, pseudonymised, kept } = order.end
  if (task.kind === 'webhook' || !outcomesOf(task.kind).includes(outcome)) return { ok: false, reason: 'not_by_hand' }
  if (needsNote(task.kind, outcome) && note.length < 3) return { ok: false, reason: 'note_missing' }
  if (doneOn > order.today) return { ok: false, reason: 'in_future' }
  const sealer = await requestSealer(tx, runtime, task.requestId)
  if (!sealer) return { ok: false, reason: 'purged' }
  const [closed] = await tx
    .update(outsideTask)
    .set({
      state: outcome,
      closedAt: runtime.clock.now(),
      closedByStaffId: order.actor.id,
      noteSealed: sealer.sealOptional(notePlace(task.id), note),
      about: { ...task.about, doneOn },
      ...(outcome === 'done' ? { deleted, pseudonymised, kept } : {}),
    })
    .where(and(eq(outsideTask.id, task.id), inArray(outsideTask.state, [...openTaskStates])))
    .returning()
  if (!closed) return { ok: false, reason: 'already_so' }
  await witness(tx, runtime, closed, 'task.closed', order.actor)
  return { ok: true, task: closed }
}

/** Takes the end of a task back: it is out again. What was written stays until it is ended anew. */
export async function reopenOutsideTask(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { taskId: string; actor: Extract<Actor, { kind: 'staff' }> },
): Promise<{ ok: true; task: OutsideTask } | { ok: false; reason: 'unknown_task' | 'already_so' }> {
  const task = await findTask(tx, order.taskId)
  if (!task || task.kind === 'webhook') return { ok: false, reason: 'unknown_task' }
  const [opened] = await tx
    .update(outsideTask)
    .set({ state: 'open', closedAt: null, closedByStaffId: null, deleted: 0, pseudonymised: 0, kept: 0 })
    .where(and(eq(outsideTask.id, task.id), inArray(outsideTask.state, [...taskOutcomes])))
    .returning()
  if (!opened) return { ok: false, reason: 'already_so' }
  await witness(tx, runtime, opened, 'task.reopened', order.actor)
  return { ok: true, task: opened }
}

async function witness(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  task: OutsideTask,
  verb: 'task.closed' | 'task.reopened',
  actor: Actor,
): Promise<void> {
  const request = await findRequest(tx, task.requestId)
  const { deleted, pseudonymised, kept } = task
  await appendEvidence(tx, runtime, {
    actor,
    verb,
    ...(request ? { request } : {}),
    ...(task.kind === 'recipient' ? {} : { system: task.systemKey }),
    data: {
      task: task.id,
      kind: task.kind,
      outcome: task.state,
      doneOn: task.about['doneOn'] ?? null,
      deleted,
      pseudonymised,
      kept,
    },
  })
}
