import { and, desc, eq, inArray, isNull } from 'drizzle-orm'
import { erasurePlan } from '~db/schema'
import type { Transaction } from '~db/client'
import type { PlanRow } from './plan-store.server'

/** Which plan: the present one of a request, or one that no request asked for (retention). */
export type WhichPlan =
  { readonly requestId: string; readonly planId?: never } | { readonly planId: string; readonly requestId?: never }

/** The plan that waits for somebody, locked for the rest of the transaction. */
export async function lockPresentPlan(tx: Transaction, which: WhichPlan): Promise<PlanRow | undefined> {
  const at =
    which.planId === undefined
      ? eq(erasurePlan.requestId, which.requestId)
      : and(eq(erasurePlan.id, which.planId), isNull(erasurePlan.requestId))
  const [row] = await tx
    .select()
    .from(erasurePlan)
    .where(and(at, inArray(erasurePlan.state, ['open', 'approved'])))
    .orderBy(desc(erasurePlan.number))
    .limit(1)
    .for('update')
  return row
}
