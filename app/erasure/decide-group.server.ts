import { and, eq, isNull } from 'drizzle-orm'
import { erasureRun, runSystem, smallGroup } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { answerTask } from './answer.server'
import { openGroup } from './group-records.server'
import { findPlan, planSealer } from './plan-store.server'
import { findRun } from './run-records.server'

/** accept: it may stay so; empty: a follow-up plan empties the columns. */
export const groupDecisions = ['accept', 'empty'] as const
export type GroupDecision = (typeof groupDecisions)[number]

/**
 * A person decides what becomes of rows that so few others look like, with a reason; once nothing is open any more the answer
 * goes out by itself. What is to be emptied is carried out by a follow-up plan, and may be decided anew until then. Refused
 * where a duty to keep needs every column (`nothing_to_empty`), or the group is another case's or settled (`already_so`).
 */
export async function decideGroup(
  tx: Transaction,
  runtime: Runtime,
  order: {
    requestId: string
    groupId: string
    decision: GroupDecision
    reason: string
    actor: Extract<Actor, { kind: 'staff' }>
  },
): Promise<{ ok: true } | { ok: false; reason: 'already_so' | 'reason_missing' | 'nothing_to_empty' }> {
  const reason = order.reason.trim()
  if (reason.length < 3) return { ok: false, reason: 'reason_missing' }
  const [found] = await tx
    .select({ group: smallGroup, runId: runSystem.runId, systemKey: runSystem.systemKey })
    .from(smallGroup)
    .innerJoin(runSystem, eq(runSystem.id, smallGroup.runSystemId))
    .innerJoin(erasureRun, eq(erasureRun.id, runSystem.runId))
    .where(
      and(eq(smallGroup.id, order.groupId), eq(erasureRun.requestId, order.requestId), isNull(smallGroup.carriedOutAt)),
    )
    .for('update', { of: smallGroup })
  const run = found ? await findRun(tx, found.runId) : undefined
  const plan = run ? await findPlan(tx, run.planId) : undefined
  if (!found || !run || !plan || found.group.decision === 'accept') return { ok: false, reason: 'already_so' }
  const sealer = await planSealer(tx, runtime, plan)
  const { keys, mayEmpty } = openGroup(sealer, found.group)
  if (order.decision === 'empty' && (keys.length === 0 || mayEmpty.length === 0))
    return { ok: false, reason: 'nothing_to_empty' }
  await tx
    .update(smallGroup)
    .set({
      decision: order.decision,
      decidedAt: runtime.clock.now(),
      decidedByStaffId: order.actor.id,
      reasonSealed: sealer?.seal(`small_group.reason:${order.groupId}`, reason) ?? null,
    })
    .where(eq(smallGroup.id, order.groupId))
  const request = await findRequest(tx, order.requestId)
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: order.decision === 'accept' ? 'group.accepted' : 'group.decided',
    ...(request ? { request } : {}),
    system: found.systemKey,
    data: {
      run: run.id,
      group: order.groupId,
      table: found.group.table,
      rows: found.group.rows,
      size: found.group.size,
    },
  })
  if (order.decision === 'accept')
    await enqueueJob(tx, answerTask, { runId: run.id }, { jobKey: `erasure.answer:${run.id}` })
  return { ok: true }
}
