import { and, asc, eq, inArray, ne, or } from 'drizzle-orm'
import { outsideTask, request } from '~db/schema'
import type { Executor } from '~db/client'
import { openStates } from '../lifecycle'
import { completionWaitsFor, openTaskStates, type OutsideTask } from './task'

/** All tasks of a case, in the order in which they were given out. */
export function tasksOfRequest(db: Executor, requestId: string): Promise<OutsideTask[]> {
  return db
    .select()
    .from(outsideTask)
    .where(eq(outsideTask.requestId, requestId))
    .orderBy(asc(outsideTask.at), asc(outsideTask.kind), asc(outsideTask.systemKey))
}

/** Whether something that nobody ended yet keeps this request from being completed. */
export async function awaitsTasks(db: Executor, requestId: string): Promise<boolean> {
  const [open] = await db
    .select({ id: outsideTask.id })
    .from(outsideTask)
    .where(
      and(
        eq(outsideTask.requestId, requestId),
        inArray(outsideTask.kind, [...completionWaitsFor]),
        inArray(outsideTask.state, [...openTaskStates]),
      ),
    )
    .limit(1)
  return open !== undefined
}

/** A task that is out, with the case that it belongs to. */
export type TaskOfCase = OutsideTask & {
  reference: string
  requestKind: string
  dueOn: string
  assigneeId: string | null
}

/** Tasks that are out, by the day on which their case is due; only those of cases of one staff member where given. */
export async function openTasks(db: Executor, of: { assigneeId?: string } = {}): Promise<TaskOfCase[]> {
  const rows = await db
    .select({ task: outsideTask, request })
    .from(outsideTask)
    .innerJoin(request, eq(request.id, outsideTask.requestId))
    .where(
      and(
        inArray(outsideTask.state, [...openTaskStates]),
        ne(outsideTask.kind, 'webhook'),
        // What was refused or stopped asks nothing of anybody any more.
        or(inArray(request.state, [...openStates]), eq(outsideTask.kind, 'recipient')),
        ...(of.assigneeId === undefined ? [] : [eq(request.assigneeId, of.assigneeId)]),
      ),
    )
    .orderBy(asc(request.dueOn), asc(request.reference), asc(outsideTask.at), asc(outsideTask.systemKey))
    .limit(500)
  return rows.map(({ task, request: of }) => ({
    ...task,
    reference: of.reference,
    requestKind: of.kind,
    dueOn: of.dueOn.toString(),
    assigneeId: of.assigneeId,
  }))
}
