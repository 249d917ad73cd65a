import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { erasureRun, residueFinding, runSystem } from '~db/schema'
import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { encodeKey, type RowKey } from '~/systems/located'
import { findPlan, openPlan, readContents, systemsOfPlan, type PlanContents, type PlanRow } from './plan-store.server'

export type MayStay = (table: string, key: RowKey, column: string) => boolean

const place = (table: string, key: RowKey, column: string) => `${table}\u0000${encodeKey(key)}\u0000${column}`

/**
 * What the scan is not to call a finding: rows that the plan, or the one that it follows up, keeps, and what a person decided
 * may stay.
 */
export async function placesThatStay(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  plan: PlanRow,
  systemKey: string,
): Promise<MayStay> {
  const whole = new Set<string>()
  const columns = new Set<string>()
  for (let each: PlanRow | undefined = plan; each; each = await earlier(db, each)) {
    const { sealer } = await openPlan(db, runtime, each)
    const planned = (await systemsOfPlan(db, each.id)).find((system) => system.systemKey === systemKey)
    if (planned) noteKept(await readContents(db, sealer, planned.id), whole, columns)
    const kept = await db
      .select({ finding: residueFinding })
      .from(residueFinding)
      .innerJoin(runSystem, eq(runSystem.id, residueFinding.runSystemId))
      .innerJoin(erasureRun, eq(erasureRun.id, runSystem.runId))
      .where(
        and(eq(erasureRun.planId, each.id), eq(runSystem.systemKey, systemKey), eq(residueFinding.decision, 'keep')),
      )
    for (const { finding } of kept) {
      if (!finding.keysSealed) continue
      const keys: unknown = JSON.parse(sealer.open(`residue_finding.keys:${finding.id}`, finding.keysSealed))
      for (const key of z.array(z.array(z.string())).parse(keys)) columns.add(place(finding.table, key, finding.column))
    }
  }
  return (table, key, column) => whole.has(place(table, key, '')) || columns.has(place(table, key, column))
}

const earlier = async (db: Executor, plan: PlanRow) =>
  plan.followsPlanId ? findPlan(db, plan.followsPlanId) : undefined

function noteKept(contents: PlanContents, whole: Set<string>, columns: Set<string>): void {
  for (const set of contents.sets) {
    const needed = set.columns.filter((change) => change.with.kind === 'keep')
    for (const row of set.rows) {
      if (set.action === 'keep') whole.add(place(set.table, row.key, ''))
      for (const change of needed) columns.add(place(set.table, row.key, change.column))
    }
  }
}
