import { and, eq, isNull } from 'drizzle-orm'
import { residueFinding, runSystem } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { answerTask } from './answer.server'
import { findPlan, planSealer } from './plan-store.server'
import { findRun } from './run-records.server'

/**
 * A person decides that what the residue scan found may stay, with a reason. When nothing is open any more the answer goes
 * out by itself. Answers false when the finding is unknown, another case's, or decided.
 */
export async function keepFinding(
  tx: Transaction,
  runtime: Runtime,
  order: { requestId: string; findingId: string; reason: string; actor: Extract<Actor, { kind: 'staff' }> },
): Promise<boolean> {
  const [found] = await tx
    .select({ finding: residueFinding, runId: runSystem.runId, systemKey: runSystem.systemKey })
    .from(residueFinding)
    .innerJoin(runSystem, eq(runSystem.id, residueFinding.runSystemId))
    .where(and(eq(residueFinding.id, order.findingId), isNull(residueFinding.decision)))
  const run = found ? await findRun(tx, found.runId) : undefined
  const plan = run ? await findPlan(tx, run.planId) : undefined
  if (!found || !run || !plan || run.requestId !== order.requestId) return false
  const sealer = await planSealer(tx, runtime, plan)
  await tx
    .update(residueFinding)
    .set({
      decision: 'keep',
      decidedAt: runtime.clock.now(),
      decidedByStaffId: order.actor.id,
      reasonSealed: sealer?.seal(`residue_finding.reason:${order.findingId}`, order.reason) ?? null,
    })
    .where(eq(residueFinding.id, order.findingId))
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'finding.kept',
    system: found.systemKey,
    data: { run: run.id, finding: order.findingId, table: found.finding.table, column: found.finding.column },
  })
  if (run.requestId) await enqueueJob(tx, answerTask, { runId: run.id }, { jobKey: `erasure.answer:${run.id}` })
  return true
}
