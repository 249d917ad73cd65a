import { and, eq } from 'drizzle-orm'
import { erasurePlan } from '~db/schema'
import type { Executor } from '~db/client'
import type { Action } from './plan'
import { systemsOfPlan } from './plan-store.server'
import { readSummary } from './read-summary'

/** Rows of one table to which one thing happens, in the plan that was looked at and in the present one. */
export interface PlanChange {
  readonly system: string
  readonly table: string
  readonly action: Action
  readonly before: number
  readonly now: number
}

/**
 * What is different between the plan that a page showed (`shownHash`) and the present one, where they are not the same; null:
 * they are, or the page showed no plan of this request. Where rows were only exchanged or changed, no count differs.
 */
export async function planChanges(
  db: Executor,
  order: { requestId: string; shownHash: string; present: { id: string; hash: string } | null },
): Promise<{ gone: boolean; changes: readonly PlanChange[] } | null> {
  const { present, shownHash, requestId } = order
  if (present?.hash === shownHash) return null
  const [shown] = await db
    .select({ id: erasurePlan.id })
    .from(erasurePlan)
    .where(and(eq(erasurePlan.requestId, requestId), eq(erasurePlan.hash, shownHash)))
  if (!shown) return null
  if (!present) return { gone: true, changes: [] }
  const [before, now] = [await countsOf(db, shown.id), await countsOf(db, present.id)]
  const changes = [...new Set([...before.keys(), ...now.keys()])].flatMap((id) => {
    const [old, new_] = [before.get(id), now.get(id)]
    const place = new_ ?? old
    return place && old?.rows !== new_?.rows ? [{ ...place.of, before: old?.rows ?? 0, now: new_?.rows ?? 0 }] : []
  })
  return { gone: false, changes }
}

type Counted = Map<string, { of: Pick<PlanChange, 'system' | 'table' | 'action'>; rows: number }>

async function countsOf(db: Executor, planId: string): Promise<Counted> {
  const counted: Counted = new Map()
  for (const { systemKey: system, summary } of await systemsOfPlan(db, planId))
    for (const { table, action, rows } of readSummary(summary).tables) {
      const id = JSON.stringify([system, table, action])
      counted.set(id, { of: { system, table, action }, rows: (counted.get(id)?.rows ?? 0) + rows })
    }
  return counted
}
