import { eq } from 'drizzle-orm'
import { erasurePlan, erasureRun } from '~db/schema'
import { appendEvidence } from '~/evidence/append.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { moveRequest } from '~/requests/move.server'
import { readColumns } from '~/systems/locate/rows'
import type { OpenSystem } from '~/systems/registry.server'
import { deferRows } from './defer.server'
import type { Executed } from './execute-system.server'
import { modelOf, modelTable } from './model'
import type { PlanContents, PlanRow } from './plan-store.server'
import { changeRunSystem, systemsOfRun, type RunSystemRow } from './run-records.server'
import type { Work } from './work'

/** Writes down what an execution did in one system, in one transaction with its evidence and what was deferred. */
export async function recordExecution(
  runtime: Runtime,
  work: Work,
  row: RunSystemRow,
  contents: PlanContents,
  system: OpenSystem,
  executed: Executed,
): Promise<'on' | 'stale'> {
  const { run, plan } = work
  if (executed.outcome === 'stale') return recordStale(runtime, work, row, executed.difference)
  const sum = (what: 'deleted' | 'pseudonymised' | 'kept') =>
    executed.receipts.reduce((total, receipt) => total + receipt[what], 0)
  const counts = { deleted: sum('deleted'), pseudonymised: sum('pseudonymised'), kept: sum('kept') }
  const model = modelOf(system.map)
  await inTransaction(runtime, async (tx) => {
    if (executed.outcome === 'stopped') {
      const failure = { kind: executed.why, code: null, table: null, constraint: null }
      const executedAt = executed.receipts.length > 0 ? runtime.clock.now() : null
      await changeRunSystem(tx, row.id, {
        state: executed.why === 'hold' ? 'refused' : 'failed',
        failure,
        executedAt,
        batchesDone: executed.receipts.length,
        ...counts,
      })
      return
    }
    await changeRunSystem(tx, row.id, {
      state: 'executed',
      executedAt: runtime.clock.now(),
      batches: executed.receipts.length,
      batchesDone: executed.receipts.length,
      ...counts,
    })
    if (row.executedAt === null)
      await deferRows(tx, runtime, {
        runId: run.id,
        requestId: run.requestId,
        systemKey: row.systemKey,
        model,
        sets: contents.sets,
        valuesAfter: (set) => {
          const { resolved, touched } = modelTable(model, set.table)
          return readColumns(
            system.adapter,
            resolved,
            set.rows.map((each) => each.key),
            touched,
          )
        },
      })
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'run.executed',
      ...(await requestOf(runtime, plan)),
      system: row.systemKey,
      data: { run: run.id, plan: plan.id, hash: plan.hash, ...counts },
    })
  })
  return 'on'
}

/** The request of a plan as evidence names it; nothing for a plan that no request asked for. */
export const requestOf = async (runtime: Runtime, plan: PlanRow) => {
  const request = plan.requestId ? await findRequest(runtime.db, plan.requestId) : undefined
  return request ? { request: { id: request.id, reference: request.reference } } : {}
}

/** Nothing of this system changed. Where no system was changed yet, the whole case goes back to planning. */
async function recordStale(
  runtime: Runtime,
  work: Work,
  row: RunSystemRow,
  difference: Record<string, unknown>,
): Promise<'on' | 'stale'> {
  const { run, plan } = work
  const failure = { kind: 'stale', code: null, table: null, constraint: null }
  const others = (await systemsOfRun(runtime.db, run.id)).filter((each) => each.id !== row.id)
  const untouched = others.every((each) => each.executedAt === null)
  await inTransaction(runtime, async (tx) => {
    await changeRunSystem(tx, row.id, { state: 'failed', failure })
    await tx
      .update(erasureRun)
      .set({ difference: { ...run.difference, [row.systemKey]: difference } })
      .where(eq(erasureRun.id, run.id))
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'run.stale',
      ...(await requestOf(runtime, plan)),
      system: row.systemKey,
      data: { run: run.id, plan: plan.id, tables: Object.keys(difference) },
    })
    if (!untouched) return
    await tx
      .update(erasureRun)
      .set({ state: 'stale', finishedAt: runtime.clock.now(), pseudonymKey: null, keyDestroyedAt: runtime.clock.now() })
      .where(eq(erasureRun.id, run.id))
    await tx.update(erasurePlan).set({ state: 'stale' }).where(eq(erasurePlan.id, plan.id))
    if (plan.requestId)
      await moveRequest(tx, runtime, {
        requestId: plan.requestId,
        move: 'replan',
        actor: { kind: 'system' },
        mover: 'system',
        evidence: { run: run.id },
      })
  })
  return untouched ? 'stale' : 'on'
}
