import { count, ne } from 'drizzle-orm'
import type { Executor } from '~db/client'
import { erasureRun } from '~db/schema'

/** How many runs stand in each state but `done`. */
export async function runFigures(db: Executor): Promise<Record<string, number>> {
  const rows = await db
    .select({ state: erasureRun.state, runs: count() })
    .from(erasureRun)
    .where(ne(erasureRun.state, 'done'))
    .groupBy(erasureRun.state)
  return Object.fromEntries(rows.map(({ state, runs }) => [state, runs]))
}
