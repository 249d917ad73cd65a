import { appendEvidence } from '~/evidence/append.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { openOutsideTask } from '~/requests/outside/open-task.server'
import { askHolds } from '../blockers.server'
import type { Cause } from '../plan'
import type { PlanSystemRow } from '../plan-store.server'
import { readSummary } from '../read-summary'
import { changeRunSystem, systemsOfRun, type RunSystemRow } from '../run-records.server'
import type { Elsewhere } from '../summary'
import type { Work } from '../work'
import { handOutPlaces } from './places.server'
import { workService } from './service.server'

/** Who works this system of a plan; null: an adapter of ours does. */
export const elsewhereOf = (row: PlanSystemRow): Elsewhere | null => readSummary(row.summary).elsewhere ?? null

/**
 * Hands out what somebody else has to do for a run, once the databases let it through: a task for each system that goes by
 * hand, and the places, copies and recipients that are told or ticked off. Called again and again: what is out is left alone.
 */
export async function workElsewhere(runtime: Runtime, work: Work, planned: readonly PlanSystemRow[]): Promise<void> {
  const away = planned.some((system) => elsewhereOf(system))
  const rows = new Map((away ? await systemsOfRun(runtime.db, work.run.id) : []).map((row) => [row.systemKey, row]))
  for (const system of planned) {
    const elsewhere = elsewhereOf(system)
    const row = rows.get(system.systemKey)
    if (!elsewhere || !row || isThrough(row)) continue
    if (isWaiting(row) && (await isHeld(runtime, work, row))) continue
    if (elsewhere.by === 'service') await workService(runtime, work, row, elsewhere)
    else if (isWaiting(row)) await handOut(runtime, work, row, elsewhere)
  }
  await handOutPlaces(runtime, work, planned)
}

/** Not out yet; or held back by a hold that may be gone now. What a person refused stays refused until they take it back. */
const isWaiting = (row: RunSystemRow) => row.state === 'waiting' || row.failure?.kind === 'hold'

/** Tried again with the rest; what a person ended, only that person takes back. */
const isThrough = (row: RunSystemRow) => ['done', 'nothing_found', 'skipped'].includes(row.state)

/** A hold stops what was not begun yet. */
async function isHeld(runtime: Runtime, { plan, opened }: Work, row: RunSystemRow): Promise<boolean> {
  const free = await askHolds(runtime.db, runtime, {
    cause: plan.cause as Cause,
    requestId: plan.requestId,
    addresses: opened.search.identifiers.email ?? [],
  })
  if (free.ok) return false
  const failure = { kind: 'hold', code: null, table: null, constraint: null }
  await changeRunSystem(runtime.db, row.id, { state: 'refused', failure })
  return true
}

async function handOut(runtime: Runtime, { run, plan }: Work, row: RunSystemRow, elsewhere: Elsewhere): Promise<void> {
  await inTransaction(runtime, async (tx) => {
    const request = plan.requestId ? await findRequest(tx, plan.requestId) : undefined
    if (!request) return
    const { name, where, what, proof } = elsewhere
    await openOutsideTask(tx, runtime, {
      request,
      runId: run.id,
      kind: 'manual',
      cause: plan.cause,
      systemKey: row.systemKey,
      about: { name, where, what, proof },
    })
    await changeRunSystem(tx, row.id, { state: 'running', failure: null })
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'run.handed_out',
      request,
      system: row.systemKey,
      data: { run: run.id, plan: plan.id },
    })
  })
}
