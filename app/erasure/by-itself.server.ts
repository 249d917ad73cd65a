import type { Transaction } from '~db/client'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { listAppliedMaps } from '~/systems/registry.server'
import { makePlan, type PlanOrder } from './make-plan.server'
import { findPlan } from './plan-store.server'
import { newestRunOfRequest } from './run-records.server'
import { startRun } from './start-run.server'
import { subjectOfRequest, type Proven } from './subject-of-request.server'

/** Makes a plan that needs nobody's approval and sets it to work. Throws when it can't be made now: the job comes back. */
async function planAndStart(tx: Transaction, runtime: Runtime, order: PlanOrder): Promise<string> {
  const made = await makePlan(tx, runtime, order)
  if (!made.ok) throw new Error(`A plan could not be made: ${made.reason}`)
  const plan = await findPlan(tx, made.plan.id)
  if (!plan) throw new Error('A plan that was just made is gone')
  return startRun(tx, runtime, plan, order.actor)
}

/**
 * Carries a stop to direct marketing out in every system: the typed address counts as proven (GDPR art. 21(3)), and in a
 * letter that names none the phone or customer number. The suppression list holds the address already. Does nothing where a run of the request exists already.
 */
export async function stopMarketingInSystems(runtime: Runtime, requestId: string): Promise<void> {
  await inTransaction(runtime, async (tx) => {
    const row = await findRequest(tx, requestId)
    if (row?.state !== 'executing' || (await newestRunOfRequest(tx, requestId))) return
    const proven: Proven[] = row.emailSealed ? ['email'] : ['phone', 'customerNumber']
    const subject = await subjectOfRequest(tx, runtime, row, proven)
    if (!subject) return
    const { identifiers } = subject
    await planAndStart(tx, runtime, {
      cause: 'objection',
      request: { id: row.id, reference: row.reference },
      identifiers,
      intent: { kind: 'effects', cause: 'objection', to: row.objectionTo ?? 'direct_marketing' },
      actor: { kind: 'system' },
    })
  })
}

/**
 * Writes, moves or clears the mark of an open request in the CRM (`on_request`), so that its users see it. `clear` when the
 * request has ended. The person is the one of the present plan, or the one whose address was proven; where several share the
 * address, nobody is marked. Throws when a system is away: the job comes back.
 */
export async function markInSystems(runtime: Runtime, requestId: string, clear: boolean): Promise<void> {
  await inTransaction(runtime, async (tx) => {
    const row = await findRequest(tx, requestId)
    if (!row?.verifiedAt) return
    const systems = await systemsThatMark(tx, row.kind)
    const subject = systems.length > 0 ? await subjectOfRequest(tx, runtime, row, ['email']) : null
    if (!subject) return
    const due = row.dueOn.toString()
    const order: PlanOrder = {
      cause: clear ? 'mark_cleared' : 'mark',
      request: null,
      systems,
      ...subject,
      intent: clear
        ? { kind: 'mark_cleared', request: row.kind }
        : { kind: 'mark', request: row.kind, dueOn: due, reference: row.reference },
      actor: { kind: 'system' },
    }
    const made = await makePlan(tx, runtime, order)
    if (!made.ok && made.reason === 'system_unavailable') throw new Error('A system to be marked is away')
    if (!made.ok) return runtime.log.warn({ request: row.id, reason: made.reason }, 'a request could not be marked')
    const plan = made.plan.changes > 0 ? await findPlan(tx, made.plan.id) : undefined
    if (plan) await startRun(tx, runtime, plan, order.actor)
  })
}

/** Systems whose map has a mark for requests of this kind; no other is looked at. */
async function systemsThatMark(db: Transaction, kind: string): Promise<string[]> {
  return (await listAppliedMaps(db))
    .filter(({ map }) => Object.values(map.tables).some((table) => table.onRequest?.kinds.includes(kind)))
    .map(({ system }) => system.key)
}
