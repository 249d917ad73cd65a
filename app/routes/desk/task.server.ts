import type { RequestContext } from '~/platform/context.server'
import type { Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { findTask, noteOfTask } from '~/requests/outside/close-task.server'
import { tasksOfRequest } from '~/requests/outside/list-tasks.server'
import { completionWaitsFor, openTaskStates, outcomesOf, type OutsideTask } from '~/requests/outside/task'
import { staffNames } from '~/staff/accounts.server'

/** A task as pages show it; what was written at its end only where somebody looks at the task itself. */
export function taskShape(task: OutsideTask) {
  return {
    id: task.id,
    kind: task.kind,
    cause: task.cause,
    system: task.systemKey,
    about: task.about,
    state: task.state,
    open: openTaskStates.includes(task.state),
    /** Keeps the case from being completed. */
    holdsUp: openTaskStates.includes(task.state) && completionWaitsFor.includes(task.kind),
    outcomes: [...outcomesOf(task.kind)],
    at: task.at.toString(),
    closedAt: task.closedAt?.toString() ?? null,
    byStaffId: task.closedByStaffId,
    deleted: task.deleted,
    pseudonymised: task.pseudonymised,
    kept: task.kept,
  }
}
export type TaskShape = ReturnType<typeof taskShape>

/** The tasks of a case, with who ended them. */
export async function tasksOfCase({ db }: Pick<Runtime, 'db'>, requestId: string) {
  const tasks = (await tasksOfRequest(db, requestId)).map(taskShape)
  const names = await staffNames(
    db,
    tasks.map((task) => task.byStaffId),
  )
  return tasks.map((task) => ({ ...task, by: (task.byStaffId && names.get(task.byStaffId)) ?? null }))
}
export type TasksOfCase = Awaited<ReturnType<typeof tasksOfCase>>

/** The task that an address names, with its case; one that does not exist ends in its page (404). */
export async function taskAt(
  { runtime }: Pick<RequestContext, 'runtime'>,
  params: { task?: string | undefined },
): Promise<{ task: OutsideTask; row: NonNullable<Awaited<ReturnType<typeof findRequest>>>; note: string | null }> {
  const id = params.task ?? ''
  const task = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(id) ? await findTask(runtime.db, id) : undefined
  const row = task && (await findRequest(runtime.db, task.requestId))
  if (!task || !row) throw new Response(null, { status: 404 })
  return { task, row, note: await noteOfTask(runtime.db, runtime, task) }
}
