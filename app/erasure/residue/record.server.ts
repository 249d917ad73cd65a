import { and, eq, isNull } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { residueFinding } from '~db/schema'
import type { Transaction } from '~db/client'
import type { PlanSealer } from '../plan-store.server'
import { changeRunSystem } from '../run-records.server'
import type { Residue } from './scan.server'

/**
 * Writes down what the scan of one system found for one run, in the place of what an earlier scan of it found and nobody
 * decided on. Row keys are sealed for the request.
 */
export async function recordResidue(
  tx: Transaction,
  order: { runSystemId: string; residue: Residue; sealer: PlanSealer; at: Temporal.Instant },
): Promise<void> {
  const { runSystemId, residue, sealer, at } = order
  await changeRunSystem(tx, runSystemId, {
    residueAt: at,
    residueSearched: residue.searched,
    nameHits: residue.nameHits,
    notSearched: [...residue.notSearched],
  })
  await tx
    .delete(residueFinding)
    .where(and(eq(residueFinding.runSystemId, runSystemId), isNull(residueFinding.decision)))
  for (const { table, column, rows, keys } of residue.findings) {
    const id = crypto.randomUUID()
    const keysSealed = sealer.seal(`residue_finding.keys:${id}`, JSON.stringify(keys))
    await tx.insert(residueFinding).values({ id, runSystemId, table, column, rows, keysSealed, at })
  }
}
