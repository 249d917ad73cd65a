import { and, desc, eq, inArray } from 'drizzle-orm'
import { erasureRun } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { findPlan, openPlan, type PlanRow, type PlanSearch } from './plan-store.server'
import { newestRunOfRequest, systemsOfRun, type RunRow, type RunSystemRow } from './run-records.server'

/** What a run left undone because it no longer fitted in some system, while others were done. */
export interface Rest {
  readonly run: RunRow
  readonly plan: PlanRow
  readonly systems: readonly string[]
}

export type RestVerdict = { ok: true; rest: Rest } | { ok: false; reason: 'nothing_left' | 'half_done' }

const isLeft = (row: RunSystemRow) => row.state === 'failed' || row.state === 'refused'

/**
 * What of the newest run of a request can be planned anew: a system no longer fits, others are through. Not where one is half
 * done, or may be: what still stands there can't be found again for certain, since the person's own rows may be gone.
 */
export async function restOfRun(db: Executor, requestId: string): Promise<RestVerdict> {
  const run = await newestRunOfRequest(db, requestId)
  const plan = run ? await findPlan(db, run.planId) : undefined
  if (!run || !plan || run.state !== 'partial' || run.closedAt) return { ok: false, reason: 'nothing_left' }
  const left = (await systemsOfRun(db, run.id)).filter(isLeft)
  if (!left.some((row) => row.failure?.kind === 'stale')) return { ok: false, reason: 'nothing_left' }
  if (left.some((row) => row.executedAt !== null || row.attemptedAt !== null)) return { ok: false, reason: 'half_done' }
  return { ok: true, rest: { run, plan, systems: left.map((row) => row.systemKey) } }
}

/**
 * The rest that is still to be planned of a request that is in planning again: its plan was sent back, taken back, or did not
 * fit either. Null: the request is planned as a whole.
 */
export async function restStillToPlan(db: Executor, requestId: string): Promise<Rest | null> {
  const runs = await db
    .select()
    .from(erasureRun)
    .where(and(eq(erasureRun.requestId, requestId), inArray(erasureRun.state, ['done', 'partial'])))
    .orderBy(desc(erasureRun.number))
    .limit(1)
  const [run] = runs
  const plan = run?.restPlannedAt ? await findPlan(db, run.planId) : undefined
  if (!run || !plan || plan.cause === 'follow_up') return null
  const left = (await systemsOfRun(db, run.id)).filter(isLeft)
  return { run, plan, systems: left.map((row) => row.systemKey) }
}

/** What the plan of the rest starts from: the same person, purpose and choice as the plan before, in what is left. */
export async function searchOfRest(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  { plan, systems }: Rest,
): Promise<Pick<PlanSearch, 'intent' | 'subjects'>> {
  const { search } = await openPlan(db, runtime, plan)
  return { intent: search.intent, subjects: search.subjects.filter((each) => systems.includes(each.system)) }
}

/** Lets go of a run whose rest was planned anew: what it did stays done, what it left is no longer tried by it. */
export async function leaveRest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { rest, actor, request }: { rest: Rest; actor: Actor; request: { id: string; reference: string } },
): Promise<void> {
  if (rest.run.restPlannedAt) return
  const now = runtime.clock.now()
  await tx
    .update(erasureRun)
    .set({ restPlannedAt: now, closedAt: now, attempts: 0, pseudonymKey: null, keyDestroyedAt: now })
    .where(eq(erasureRun.id, rest.run.id))
  await appendEvidence(tx, runtime, {
    actor,
    verb: 'plan.rest',
    request,
    data: { run: rest.run.id, plan: rest.plan.id, systems: [...rest.systems] },
  })
}
