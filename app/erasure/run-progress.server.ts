import { inArray, sql } from 'drizzle-orm'
import { erasureRun, runSystem } from '~db/schema'
import type { Executor } from '~db/client'

/** Of the systems of a request's last run: how many are through, and how many failed or refused. */
export type RunProgress = { done: number; of: number; failed: number }

/** How far the last run of each of these requests is; a request that has none is absent. */
export async function runProgress(db: Executor, requestIds: readonly string[]): Promise<Map<string, RunProgress>> {
  if (requestIds.length === 0) return new Map()
  const last = db
    .selectDistinctOn([erasureRun.requestId], { id: erasureRun.id, requestId: erasureRun.requestId })
    .from(erasureRun)
    .where(inArray(erasureRun.requestId, [...requestIds]))
    .orderBy(erasureRun.requestId, sql`${erasureRun.number} desc`)
    .as('last')
  const isIn = (...states: string[]) => sql<number>`count(*) filter (where ${inArray(runSystem.state, states)})::int`
  const rows = await db
    .select({
      requestId: last.requestId,
      of: sql<number>`count(*)::int`,
      done: isIn('done', 'nothing_found', 'deferred', 'skipped'),
      failed: isIn('failed', 'refused'),
    })
    .from(last)
    .innerJoin(runSystem, sql`${runSystem.runId} = ${last.id}`)
    .groupBy(last.requestId)
  return new Map(rows.flatMap(({ requestId, ...progress }) => (requestId ? [[requestId, progress]] : [])))
}
