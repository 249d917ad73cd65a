import { and, asc, eq, inArray, ne, or, sql } from 'drizzle-orm'
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

/** So many tasks stand on one page. */
const tasksAtOnce = 100

/** A task that is out, with the case that it belongs to. */
export type TaskOfCase = OutsideTask & {
  reference: string
  requestKind: string
  dueOn: string
  assigneeId: string | null
}

/** Where a page of tasks begins: behind this one, be it closed by now. */
const behind = (
  taskId: string,
) => sql`(${request.dueOn}, ${request.reference}, ${outsideTask.at}, ${outsideTask.id}) > (
  select ${sql.raw('of_case.due_on, of_case.reference, last.at, last.id')} from ${outsideTask} as last
  join ${request} as of_case on of_case.id = last.request_id where last.id = ${taskId})`

/**
 * Tasks that are out, by the day on which their case is due, in pages; only those of cases of one staff member where given.
 * `after`: the last task of the page before; `next`: from where the page after this one goes on, null: it is the last.
 */
export async function openTasks(
  db: Executor,
  of: { assigneeId?: string; after?: string | undefined; limit?: number } = {},
): Promise<{ tasks: TaskOfCase[]; next: string | null }> {
  const { limit = tasksAtOnce } = of
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
        ...(of.after === undefined ? [] : [behind(of.after)]),
      ),
    )
    .orderBy(asc(request.dueOn), asc(request.reference), asc(outsideTask.at), asc(outsideTask.id))
    .limit(limit + 1)
  const tasks = rows.slice(0, limit).map(({ task, request: of }) => ({
    ...task,
    reference: of.reference,
    requestKind: of.kind,
    dueOn: of.dueOn.toString(),
    assigneeId: of.assigneeId,
  }))
  return { tasks, next: rows.length > limit ? (tasks.at(-1)?.id ?? null) : null }
}

/** Every task that is out, in the same order. */
export async function allOpenTasks(db: Executor): Promise<TaskOfCase[]> {
  const all: TaskOfCase[] = []
  for (let after: string | null | undefined; after !== null;) {
    const page = await openTasks(db, { after, limit: 500 })
    all.push(...page.tasks)
    after = page.next
  }
  return all
}
