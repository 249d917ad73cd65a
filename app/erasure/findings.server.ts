import { and, eq, inArray, isNull } from 'drizzle-orm'
import { erasureRun, residueFinding, runSystem } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { answerTask } from './answer.server'
import { findPlan, planSealer } from './plan-store.server'
import { findRun } from './run-records.server'

/** keep: it may stay; redact: the person's traces go out of the text; erase: the column of that row is emptied. */
export const findingDecisions = ['keep', 'redact', 'erase'] as const
export type FindingDecision = (typeof findingDecisions)[number]

/**
 * A person decides what happens to something that the residue scan of this request found. What may stay needs a reason; when
 * nothing is open any more the answer goes out by itself. What is to go is carried out by a follow-up plan, and may be
 * decided anew until then. Answers false when the finding is unknown, another case's, or settled.
 */
export async function decideFinding(
  tx: Transaction,
  runtime: Runtime,
  order: {
    requestId: string
    findingId: string
    decision: FindingDecision
    reason: string
    actor: Extract<Actor, { kind: 'staff' }>
  },
): Promise<boolean> {
  const [found] = await tx
    .select({ finding: residueFinding, runId: runSystem.runId, systemKey: runSystem.systemKey })
    .from(residueFinding)
    .innerJoin(runSystem, eq(runSystem.id, residueFinding.runSystemId))
    .innerJoin(erasureRun, eq(erasureRun.id, runSystem.runId))
    .where(
      and(
        eq(residueFinding.id, order.findingId),
        eq(erasureRun.requestId, order.requestId),
        isNull(residueFinding.carriedOutAt),
      ),
    )
    .for('update', { of: residueFinding })
  if (!found || found.finding.decision === 'keep') return false
  const run = await findRun(tx, found.runId)
  const plan = run ? await findPlan(tx, run.planId) : undefined
  if (!run || !plan) return false
  const sealer = await planSealer(tx, runtime, plan)
  await tx
    .update(residueFinding)
    .set({
      decision: order.decision,
      decidedAt: runtime.clock.now(),
      decidedByStaffId: order.actor.id,
      reasonSealed: sealer?.seal(`residue_finding.reason:${order.findingId}`, order.reason) ?? null,
    })
    .where(eq(residueFinding.id, order.findingId))
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: order.decision === 'keep' ? 'finding.kept' : 'finding.decided',
    system: found.systemKey,
    data: {
      run: run.id,
      finding: order.findingId,
      table: found.finding.table,
      column: found.finding.column,
      decision: order.decision,
    },
  })
  if (order.decision === 'keep')
    await enqueueJob(tx, answerTask, { runId: run.id }, { jobKey: `erasure.answer:${run.id}` })
  return true
}

/** Findings that a follow-up plan was made for are settled once it ran and was verified. */
export async function settleFindings(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock'>,
  findingIds: readonly string[],
): Promise<void> {
  if (findingIds.length === 0) return
  await tx
    .update(residueFinding)
    .set({ carriedOutAt: runtime.clock.now() })
    .where(inArray(residueFinding.id, [...new Set(findingIds)]))
}
