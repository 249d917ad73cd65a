import type { outsideTask } from '~db/schema'

export type OutsideTask = typeof outsideTask.$inferSelect

/**
 * manual: a person does it in a system; listed: a place that is only ticked off; copy: a copy that a data map names; file: a
 * file that a row refers to; webhook: a service does it; recipient: whoever got the data has to be told (GDPR art. 19).
 */
export type TaskKind = 'manual' | 'listed' | 'copy' | 'file' | 'webhook' | 'recipient'

/** Where the personal part of a task is sealed for. */
export const detailPlace = (taskId: string) => `outside_task.detail:${taskId}`

/** How a person can end a task. */
export const taskOutcomes = ['done', 'nothing_found', 'refused', 'skipped'] as const
export type TaskOutcome = (typeof taskOutcomes)[number]

/** States in which somebody still has to act. */
export const openTaskStates: readonly string[] = ['open', 'sent', 'accepted']

/** Kinds that keep a request from being completed while they are open, beside the systems of its run. */
export const completionWaitsFor: readonly string[] = ['manual', 'listed', 'file']

/** How a kind of task may end: a place is ticked off, a recipient is told; only where a person works may it be refused. */
export function outcomesOf(kind: string): readonly TaskOutcome[] {
  if (kind === 'manual') return taskOutcomes
  return kind === 'recipient' ? ['done', 'skipped'] : ['done', 'nothing_found', 'skipped']
}

/** Whether this end needs words: a proof, or a reason. */
export function needsNote(kind: string, outcome: TaskOutcome): boolean {
  return outcome === 'refused' || outcome === 'skipped' || (kind === 'manual' && outcome === 'done')
}
