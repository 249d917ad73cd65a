import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { erasureRun, residueFinding, runSystem } from '~db/schema'
import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { KeysByTable } from '~/systems/key-store'
import type { RowKey } from '~/systems/located'
import { findPlan, openPlan, readContents, systemsOfPlan, type PlanContents, type PlanRow } from './plan-store.server'

export type MayStay = (table: string, key: RowKey, column: string) => boolean

/** In one store the rows of a table as a whole (no column), in others those of its columns. */
const place = (table: string, column = '') => `${table}\u0000${column}`

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
  const staying = new KeysByTable()
  for (let each: PlanRow | undefined = plan; each; each = await earlier(db, each)) {
    const { sealer } = await openPlan(db, runtime, each)
    const planned = (await systemsOfPlan(db, each.id)).find((system) => system.systemKey === systemKey)
    if (planned) noteKept(await readContents(db, sealer, planned.id), staying)
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
      for (const key of z.array(z.array(z.string())).parse(keys)) staying.add(place(finding.table, finding.column), key)
    }
  }
  return (table, key, column) => staying.has(place(table), key) || staying.has(place(table, column), key)
}

const earlier = async (db: Executor, plan: PlanRow) =>
  plan.followsPlanId ? findPlan(db, plan.followsPlanId) : undefined

function noteKept(contents: PlanContents, staying: KeysByTable): void {
  for (const set of contents.sets) {
    const needed = set.columns.filter((change) => change.with.kind === 'keep')
    if (set.action !== 'keep' && needed.length === 0) continue
    for (const key of set.rows.keys) {
      if (set.action === 'keep') staying.add(place(set.table), key)
      for (const change of needed) staying.add(place(set.table, change.column), key)
    }
  }
}
