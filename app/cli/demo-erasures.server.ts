import { and, eq } from 'drizzle-orm'
import { outbox } from '~db/schema'
import { answerRun } from '~/erasure/answer.server'
import { approvePlan } from '~/erasure/approve.server'
import { completePartially } from '~/erasure/complete-partially.server'
import { planRequest } from '~/erasure/plan-request.server'
import { presentPlan } from '~/erasure/present.server'
import { workRun } from '~/erasure/run.server'
import { executePlan, runJobKey, runTask } from '~/erasure/start-run.server'
import { placeHold } from '~/holds/hold.server'
import { identifyRequest } from '~/identity/identify.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import { deliverMail } from '~/mail/deliver.server'
import { transportFor } from '~/mail/transport-for.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { emailIndexesOf } from '~/requests/same-person.server'
import type { StaffMember } from '~/staff/accounts.server'
import { keyword, sql } from '~/systems/adapters/sql'
import { openSystem } from '~/systems/registry.server'

/** So long a run of the past is left to who plays it. */
const LEFT_ALONE_SECONDS = 120

/** The demo's erasures of the past are real ones: planned, approved by another person, carried out in the CRM, verified. */
export async function planInDemo(runtime: Runtime, requestId: string, by: StaffMember): Promise<void> {
  await inTransaction(runtime, (tx) => identifyRequest(tx, runtime, requestId))
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
export async function carryOutInDemo(
  runtime: Runtime,
  requestId: string,
  by: StaffMember,
  { hold, meanwhile, customer }: { hold?: string; meanwhile?: string; customer: number },
): Promise<void> {
  const started = await inTransaction(runtime, async (tx) => {
    const run = await executePlan(tx, runtime, {
      requestId,
      actor: { kind: 'staff', id: by.id },
      mover: moverOf(by),
    })
    // The demo's workers are up already; they are not to take the run, whose day is not theirs.
    if (run.ok)
      await enqueueJob(
        tx,
        runTask,
        { runId: run.runId },
        { jobKey: runJobKey(run.runId), inSeconds: LEFT_ALONE_SECONDS },
      )
    return run
  })
  if (!started.ok) throw new Error(`A run of the demo was refused: ${started.reason}`)
  if (hold) await holdPerson(runtime, requestId, by, hold)
  if (meanwhile) await writeInShop(runtime, customer, meanwhile)
  await workRun(runtime, started.runId)
  await answerRun(runtime, started.runId)
  await deliverWaiting(runtime, requestId)
  await answerRun(runtime, started.runId)
}

/** A line in the shop's log about a customer, as its own people write there. */
async function writeInShop(runtime: Runtime, customer: number, summary: string): Promise<void> {
  const opened = await openSystem(runtime, runtime.db, 'crm')
  if (!opened.ok) throw new Error(`The demo’s CRM could not be opened: ${opened.reason}`)
  const [at, id] = [runtime.clock.now().toString(), keyword(String(customer))]
  await opened.system.adapter.run(sql`INSERT INTO contact_log (subject_type, subject_id, channel, happened_at, summary)
    VALUES ('customer', ${id}, 'winkel', ${at}::timestamptz, ${summary})`)
}

async function holdPerson(runtime: Runtime, requestId: string, by: StaffMember, reason: string): Promise<void> {
  await inTransaction(runtime, async (tx) => {
    const request = await findRequest(tx, requestId)
    if (!request) throw new Error('The demo has no such request')
    await placeHold(tx, runtime, {
      kind: 'hold',
      scope: 'person',
      hashes: await emailIndexesOf(tx, requestId),
      request,
      reason,
      actor: { kind: 'staff', id: by.id },
    })
  })
}

/** Closes what could not be carried out, with what the person is told, and sends that. */
export async function closePartlyInDemo(
  runtime: Runtime,
  requestId: string,
  by: StaffMember,
  answer: string,
): Promise<void> {
  const closed = await inTransaction(runtime, (tx) => completePartially(tx, runtime, { requestId, answer, by }))
  if (!closed.ok) throw new Error(`The demo could not close a request partly: ${closed.reason}`)
  await deliverWaiting(runtime, requestId)
}

async function deliverWaiting(runtime: Runtime, requestId: string): Promise<void> {
  const waiting = await runtime.db
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.requestId, requestId), eq(outbox.state, 'waiting')))
  for (const { id } of waiting) await deliverMail(runtime, id, await transportFor(runtime))
}

function moverOf(by: StaffMember): 'agent' | 'approver' | 'admin' {
  return by.role === 'auditor' ? 'agent' : by.role
}
