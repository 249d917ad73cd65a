import { eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { planReturn } from '~db/schema'
import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { planSealer } from './plan-store.server'

/** Who sent a plan back, or took it back, and why; null: nobody did. The reason is null once the case is purged. */
export async function returnOf(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  plan: { id: string; requestId: string | null },
): Promise<{ kind: 'rejected' | 'recalled'; byStaffId: string; at: Temporal.Instant; reason: string | null } | null> {
  const [row] = await db.select().from(planReturn).where(eq(planReturn.planId, plan.id))
  if (!row) return null
  const sealer = row.reasonSealed ? await planSealer(db, runtime, plan) : null
  const reason = sealer && row.reasonSealed ? sealer.open(`plan_return.reason:${plan.id}`, row.reasonSealed) : null
  return { kind: row.kind === 'rejected' ? 'rejected' : 'recalled', byStaffId: row.byStaffId, at: row.at, reason }
}
