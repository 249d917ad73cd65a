import { and, asc, eq, inArray, isNull, lte, or } from 'drizzle-orm'
import { deferredErasure, erasurePlan, erasureRun, runSystem } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { SystemError } from '~/systems/adapters/adapter'
import { encodeKey, type RowKey } from '~/systems/located'
import { readColumns } from '~/systems/locate/rows'
import { openSystem, type OpenSystem } from '~/systems/registry.server'
import { noteRewritten, openDeferred, recognisedBy, recognition, type DeferredRow } from './defer.server'
import { makePlan } from './make-plan.server'
import { modelOf, modelTable } from './model'
import { findPlan, openPlan, readContents, systemsOfPlan, type PlanRow } from './plan-store.server'
import { retryRun } from './retry-run.server'
import type { RunRow } from './run-records.server'
import type { RowSet } from './row-sets'
import { startRun } from './start-run.server'
import { tellDeferred } from './tell-deferred.server'

/**
 * Erases what was kept for a term that has ended, or because something needed or referred to it: one plan and run per system
 * and earlier run. A row is touched only if its key still carries what it carried; otherwise a person has to look. What is
 * still needed, blocked or out of reach waits for the next night; what an unfinished run is at is left to that run, which is
 * set to work again. Answers the runs that were started.
 */
export async function eraseDeferred(runtime: Runtime): Promise<string[]> {
  const zone = (await readOrganisation(runtime.db))['organisation.zone']
  const today = runtime.clock.now().toZonedDateTimeISO(zone).toPlainDate()
  const due = await runtime.db
    .select()
    .from(deferredErasure)
    .where(and(isNull(deferredErasure.doneAt), or(isNull(deferredErasure.dueOn), lte(deferredErasure.dueOn, today))))
    .orderBy(asc(deferredErasure.at))
  const groups = new Map<string, DeferredRow[]>()
  for (const row of due) {
    const id = `${row.runId} ${row.systemKey}`
    groups.set(id, [...(groups.get(id) ?? []), row])
  }
  const runs: string[] = []
  for (const rows of groups.values()) {
    const runId = await eraseGroup(runtime, rows)
    if (runId) runs.push(runId)
  }
  return runs
}

async function eraseGroup(runtime: Runtime, rows: readonly DeferredRow[]): Promise<string | null> {
  const [first] = rows
  if (!first) return null
  try {
    const answer = await openSystem(runtime, runtime.db, first.systemKey)
    if (!answer.ok) return null
    const found = await recognise(runtime, answer.system, rows)
    return await inTransaction(runtime, async (tx) => {
      for (const { row, outcome } of found.ended) await end(tx, runtime, row, outcome)
      const changed = found.ended.filter((each) => each.outcome === 'changed').map((each) => each.row)
      await tellDeferred(tx, runtime, { rows: changed, outcome: 'changed', key: first.runId })
      await leaveToOthers(tx, runtime, first.systemKey, found.keys)
      return found.keys.size === 0 ? null : eraseWhatCanGo(tx, runtime, first.systemKey, found)
    })
  } catch (error) {
    // Out of reach tonight; the rows stay due.
    if (!(error instanceof SystemError)) throw error
    runtime.log.warn({ system: first.systemKey, kind: error.kind }, 'deferred erasure waits')
    return null
  }
}

class NothingNew extends Error {}

/** Plans and starts the run; where it would do nothing new, no plan is left of the night either. */
async function eraseWhatCanGo(
  tx: Transaction,
  runtime: Runtime,
  system: string,
  found: Recognised,
): Promise<string | null> {
  try {
    return await tx.transaction(async (night) => {
      const made = await makePlan(night, runtime, {
        cause: 'deferred',
        request: null,
        systems: [system],
        identifiers: {},
        rows: [...found.keys].map(([table, keys]) => ({ system, table, keys: [...keys.values()] })),
        intent: { kind: 'erase', only: found.actions },
        actor: { kind: 'system' },
      })
      const plan = made.ok && made.plan.changes > 0 ? await findPlan(night, made.plan.id) : undefined
      if (!plan || !(await doesMore(night, runtime, plan, found.rewritten))) throw new NothingNew()
      return startRun(night, runtime, plan, { kind: 'system' })
    })
  } catch (error) {
    if (error instanceof NothingNew) return null
    throw error
  }
}

/** Whether a plan does more than to keep on keeping rows, and to pseudonymise once again what something still refers to. */
async function doesMore(
  tx: Transaction,
  runtime: Runtime,
  plan: PlanRow,
  rewritten: Recognised['rewritten'],
): Promise<boolean> {
  const { sealer } = await openPlan(tx, runtime, plan)
  for (const system of await systemsOfPlan(tx, plan.id)) {
    const { sets, cuts } = await readContents(tx, sealer, system.id)
    const idle = (set: RowSet) =>
      set.reason === 'still_referred' &&
      set.rows.keys.every((key) => rewritten.get(set.table)?.has(encodeKey(key)) ?? false)
    if (cuts.length > 0 || sets.some((set) => set.action !== 'keep' && !idle(set))) return true
  }
  return false
}

interface Recognised {
  readonly keys: Map<string, Map<string, RowKey>>
  readonly actions: Map<string, 'delete' | 'pseudonymise'>
  /** Keys of those that were pseudonymised before, by table. */
  readonly rewritten: Map<string, Set<string>>
  readonly ended: { row: DeferredRow; outcome: 'done' | 'changed' }[]
}

async function recognise(runtime: Runtime, system: OpenSystem, rows: readonly DeferredRow[]): Promise<Recognised> {
  const model = modelOf(system.map)
  const result: Recognised = { keys: new Map(), actions: new Map(), rewritten: new Map(), ended: [] }
  for (const row of rows) {
    const deferred = openDeferred(runtime, row)
    if (!deferred || !model.tables.has(row.table)) continue
    const of = modelTable(model, row.table)
    const present = await readColumns(
      system.adapter,
      of.resolved,
      deferred.rows.map((each) => each.key),
      of.touched,
    )
    const byKey = new Map(present.map((each) => [encodeKey(each.key), each.values]))
    const digestKey = Buffer.from(deferred.digestKey, 'hex')
    const columns = recognisedBy(of)
    const still = deferred.rows.filter((each) => byKey.has(encodeKey(each.key)))
    const same = still.filter(
      (each) => recognition(digestKey, columns, byKey.get(encodeKey(each.key)) ?? {}) === each.digest,
    )
    if (still.length === 0) result.ended.push({ row, outcome: 'done' })
    else if (same.length < still.length) result.ended.push({ row, outcome: 'changed' })
    const keys = result.keys.get(row.table) ?? new Map<string, RowKey>()
    const rewritten = result.rewritten.get(row.table) ?? new Set<string>()
    for (const each of same) {
      keys.set(encodeKey(each.key), each.key)
      if (deferred.rewritten) rewritten.add(encodeKey(each.key))
    }
    result.rewritten.set(row.table, rewritten)
    if (keys.size > 0) {
      result.keys.set(row.table, keys)
      result.actions.set(row.table, deferred.action)
    }
  }
  return result
}

/** Takes out the rows that a deferred run which failed, or is still under way, was made for, and has that one tried again. */
async function leaveToOthers(
  tx: Transaction,
  runtime: Runtime,
  systemKey: string,
  keys: Map<string, Map<string, RowKey>>,
): Promise<void> {
  for (const { run, plan } of await unfinishedRuns(tx, systemKey)) {
    const { search } = await openPlan(tx, runtime, plan)
    let left = false
    for (const { system, table, keys: rows } of search.rows ?? []) {
      const own = system === systemKey ? keys.get(table) : undefined
      for (const key of rows) left = (own?.delete(encodeKey(key)) ?? false) || left
      if (own?.size === 0) keys.delete(table)
    }
    if (left && run.state !== 'running') await retryRun(tx, runtime, { runId: run.id, actor: { kind: 'system' } })
  }
}

async function unfinishedRuns(db: Executor, systemKey: string): Promise<{ run: RunRow; plan: PlanRow }[]> {
  return db
    .select({ run: erasureRun, plan: erasurePlan })
    .from(erasureRun)
    .innerJoin(erasurePlan, eq(erasurePlan.id, erasureRun.planId))
    .innerJoin(runSystem, and(eq(runSystem.runId, erasureRun.id), eq(runSystem.systemKey, systemKey)))
    .where(
      and(
        eq(erasurePlan.cause, 'deferred'),
        isNull(erasureRun.closedAt),
        inArray(erasureRun.state, ['running', 'failed', 'partial']),
      ),
    )
}

async function end(tx: Transaction, runtime: Runtime, row: DeferredRow, outcome: 'done' | 'changed'): Promise<void> {
  const sealed = outcome === 'done' ? { sealed: null } : {}
  await tx
    .update(deferredErasure)
    .set({ doneAt: runtime.clock.now(), outcome, ...sealed })
    .where(eq(deferredErasure.id, row.id))
  await appendEvidence(tx, runtime, {
    actor: { kind: 'system' },
    verb: `deferred.${outcome}`,
    system: row.systemKey,
    data: { deferred: row.id, table: row.table, rows: row.rows },
  })
}

/** After a deferred run: what it erased is no longer waiting, and staff and the person hear of it. */
export async function settleDeferred(tx: Transaction, runtime: Runtime, plan: PlanRow): Promise<void> {
  const { sealer } = await openPlan(tx, runtime, plan)
  const ended: DeferredRow[] = []
  for (const system of await systemsOfPlan(tx, plan.id)) {
    const { sets } = await readContents(tx, sealer, system.id)
    const acted = sets.filter((set) => set.action !== 'keep')
    const tables = [...new Set(sets.map((set) => set.table))]
    for (const row of await waiting(tx, system.systemKey, tables)) {
      const deferred = openDeferred(runtime, row)
      // A row that stays for another reason now (pseudonymised, still referred to) goes on waiting for its deletion.
      const gone = deferred?.rows.every(({ key }) => goes(acted, row.table, key)) ?? false
      const deletedAll = sets.every(
        (set) => set.table !== row.table || set.action !== 'pseudonymise' || deferred?.action === 'pseudonymise',
      )
      if (!gone || !deletedAll) {
        if (deferred && gone && !deferred.rewritten) await noteRewritten(tx, runtime, row, deferred)
        continue
      }
      await end(tx, runtime, row, 'done')
      ended.push(row)
    }
  }
  await tellDeferred(tx, runtime, { rows: ended, outcome: 'done', key: plan.id })
}

const goes = (acted: readonly RowSet[], table: string, key: RowKey) =>
  acted.some((set) => set.table === table && set.rows.indexOf(key) >= 0)

function waiting(db: Executor, systemKey: string, tables: readonly string[]): Promise<DeferredRow[]> {
  if (tables.length === 0) return Promise.resolve([])
  return db
    .select()
    .from(deferredErasure)
    .where(
      and(
        isNull(deferredErasure.doneAt),
        eq(deferredErasure.systemKey, systemKey),
        inArray(deferredErasure.table, [...tables]),
      ),
    )
}
