import { and, eq } from 'drizzle-orm'
import { outbox } from '~db/schema'
import { answerRun } from '~/erasure/answer.server'
import { approvePlan } from '~/erasure/approve.server'
import { planRequest } from '~/erasure/plan-request.server'
import { presentPlan } from '~/erasure/present.server'
import { workRun } from '~/erasure/run.server'
import { executePlan } from '~/erasure/start-run.server'
import { deliverMail } from '~/mail/deliver.server'
import { transportFor } from '~/mail/transport-for.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'

/** The demo's erasures of the past are real ones: planned, approved by another person, carried out in the CRM, verified. */
export async function planInDemo(runtime: Runtime, requestId: string, by: StaffMember): Promise<void> {
  const made = await inTransaction(runtime, (tx) =>
    planRequest(tx, runtime, { requestId, proven: ['email'], actor: { kind: 'staff', id: by.id }, mover: moverOf(by) }),
  )
  if (!made.ok) throw new Error(`A plan of the demo was refused: ${made.reason}`)
}

export async function approveInDemo(runtime: Runtime, requestId: string, by: StaffMember): Promise<void> {
  const plan = await presentPlan(runtime.db, requestId)
  if (!plan) throw new Error('The demo has no plan to approve')
  const approved = await inTransaction(runtime, (tx) =>
    approvePlan(tx, runtime, { requestId, hash: plan.hash, actor: { kind: 'staff', id: by.id }, mover: moverOf(by) }),
  )
  if (!approved.ok) throw new Error(`An approval of the demo was refused: ${approved.reason}`)
}

/** Carries the run out and answers here and now, so that both stand on their day; the jobs find nothing left to do. */
export async function carryOutInDemo(runtime: Runtime, requestId: string, by: StaffMember): Promise<void> {
  const started = await inTransaction(runtime, (tx) =>
    executePlan(tx, runtime, { requestId, actor: { kind: 'staff', id: by.id }, mover: moverOf(by) }),
  )
  if (!started.ok) throw new Error(`A run of the demo was refused: ${started.reason}`)
  await workRun(runtime, started.runId)
  await answerRun(runtime, started.runId)
  const waiting = await runtime.db
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.requestId, requestId), eq(outbox.state, 'waiting')))
  for (const { id } of waiting) await deliverMail(runtime, id, await transportFor(runtime))
  await answerRun(runtime, started.runId)
}

function moverOf(by: StaffMember): 'agent' | 'approver' | 'admin' {
  return by.role === 'auditor' ? 'agent' : by.role
}
