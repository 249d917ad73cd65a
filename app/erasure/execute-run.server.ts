import type { Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import { openSystem } from '~/systems/registry.server'
import { askHolds } from './blockers.server'
import { concludeCancelled, isCancelled } from './cancel-run.server'
import { executeSystem, isTouched, type Execution, type Halt } from './execute-system.server'
import { withFoundTables } from './found-tables'
import type { Cause } from './plan'
import type { PlanContents } from './plan-store.server'
import { lookAgain } from './look-again.server'
import { noteStale } from './note-stale.server'
import { concludeStale, recordExecution } from './record-execution.server'
import { recordProgress } from './progress.server'
import { confirmErased, rememberErased } from './remember.server'
import { changeRunSystem, failureOf, isPaused, systemsOfRun, type RunSystemRow } from './run-records.server'
import type { Work } from './work'

const THROUGH = ['executed', 'done', 'nothing_found', 'skipped']

/**
 * Executes the systems of a run that are not through. Where one no longer fits its plan and nothing was changed anywhere, the
 * rest is left alone too and the case goes back to planning (`ended`); so it does when a person took the run back in time.
 */
export async function executeRun(
  runtime: Runtime,
  work: Work,
  contents: ReadonlyMap<string, PlanContents>,
): Promise<'on' | 'ended'> {
  const { run } = work
  const before = await systemsOfRun(runtime.db, run.id)
  await lookBeforehand(runtime, work, before, contents)
  for (const { id } of before) {
    const systems = before.length > 1 ? await systemsOfRun(runtime.db, run.id) : before
    const row = systems.find((each) => each.id === id)
    const rows = row && contents.get(row.systemKey)
    if (!row || !rows || THROUGH.includes(row.state)) continue
    const untouched = systems.every((each) => each.executedAt === null)
    const leave = untouched && (systems.some(isStale) || (await isCancelled(runtime.db, run.id)))
    if (!leave || (await isTouchedAfterAll(runtime, work, row))) await executeOne(runtime, work, row, rows)
  }
  if (await concludeCancelled(runtime, work)) return 'ended'
  return (await concludeStale(runtime, work)) ? 'ended' : 'on'
}

const isStale = (row: RunSystemRow) => row.failure?.kind === 'stale'

/**
 * Before the first of several systems is touched, all of them are held against the plan, so that one that no longer fits is
 * seen while nothing is changed anywhere. A system that does not answer is none of the others' business.
 */
async function lookBeforehand(
  runtime: Runtime,
  work: Work,
  systems: readonly RunSystemRow[],
  contents: ReadonlyMap<string, PlanContents>,
): Promise<void> {
  const begun = systems.some(
    (row) => row.executedAt !== null || row.attemptedAt !== null || THROUGH.includes(row.state),
  )
  if (systems.length < 2 || begun) return
  for (const row of systems) {
    const planned = contents.get(row.systemKey)
    if (!planned) continue
    try {
      const found = await lookAgain(runtime, row.systemKey, { contents: planned, ...work.opened })
      if (found) await noteStale(runtime, work, row, found)
    } catch (error) {
      // The run itself meets the same in a moment, and writes it down.
      runtime.log.warn({ run: work.run.id, system: row.systemKey, err: error }, 'a system could not be looked at yet')
    }
  }
}

async function executeOne(runtime: Runtime, work: Work, row: RunSystemRow, contents: PlanContents): Promise<void> {
  const attemptedAt = row.attemptedAt ?? runtime.clock.now()
  const begun = changeRunSystem(runtime.db, row.id, { state: 'running', failure: null, attemptedAt })
  try {
    const [execution] = await together([executionOf(runtime, work, row, contents), begun])
    if (!execution.ok) {
      const failure = named(execution.reason)
      return await changeRunSystem(runtime.db, row.id, { state: 'failed', failure, attemptedAt: row.attemptedAt })
    }
    const executed = await executeSystem(execution.order)
    await recordExecution(runtime, work, row, contents, execution.order.system, executed)
  } catch (error) {
    // What was committed before stands on record by its progress or its receipt.
    runtime.log.warn({ run: work.run.id, system: row.systemKey, err: error }, 'erasure failed in a system')
    await changeRunSystem(runtime.db, row.id, { state: 'failed', failure: failureOf(error) })
  }
}

/**
 * Of a system that is left alone: was it changed by a worker that died before it could say so? Changes nothing there. Answers
 * false also where it does not answer, and writes that down: it is asked again.
 */
async function isTouchedAfterAll(runtime: Runtime, { run, plan }: Work, row: RunSystemRow): Promise<boolean> {
  const leave = async (failure: RunSystemRow['failure'], attemptedAt: RunSystemRow['attemptedAt']) => {
    await changeRunSystem(runtime.db, row.id, { state: 'failed', failure, attemptedAt })
    return false
  }
  if (isStale(row)) return false
  if (row.attemptedAt === null) return leave(named('left'), null)
  try {
    const answer = await openSystem(runtime, runtime.db, row.systemKey)
    if (!answer.ok) return await leave(named(answer.reason), row.attemptedAt)
    const at = runtime.clock.now()
    const touched = await isTouched({
      system: answer.system,
      runId: run.id,
      planHash: plan.hash,
      at: at.toString(),
    })
    if (!touched) return await leave(named('left'), null)
    await changeRunSystem(runtime.db, row.id, { executedAt: at })
    return true
  } catch (error) {
    return leave(failureOf(error), row.attemptedAt)
  }
}

const named = (kind: string) => ({ kind, code: null, table: null, constraint: null })

async function executionOf(
  runtime: Runtime,
  work: Work,
  row: RunSystemRow,
  contents: PlanContents,
): Promise<{ ok: true; order: Execution } | { ok: false; reason: string }> {
  const { run, plan, opened } = work
  const answer = await openSystem(runtime, runtime.db, row.systemKey)
  if (!answer.ok) return answer
  const system = withFoundTables(answer.system, opened.search)
  return {
    ok: true,
    order: {
      system,
      runId: run.id,
      planHash: plan.hash,
      search: opened.search,
      hashKey: opened.hashKey,
      contents,
      key: work.key,
      at: runtime.clock.now().toString(),
      rowsPerBatch: run.rowsPerBatch,
      haltedBy: () => haltedBy(runtime, work, contents),
      remember: (batch) => rememberErased(runtime, { ...work, system }, batch),
      committed: async (batch) => {
        await confirmErased(runtime, run.id, system.key, batch.number)
        if (batch.of > 1) await recordProgress(runtime, row, batch)
      },
    },
  }
}

/** A hold that was set half-way stops the rest; so does a person who pauses the run or takes it back. */
async function haltedBy(runtime: Runtime, { run, plan, opened }: Work, contents: PlanContents): Promise<Halt | null> {
  const addresses = [...(opened.search.identifiers.email ?? []), ...contents.traces.identifiers]
  const asked = { cause: plan.cause as Cause, requestId: plan.requestId, addresses }
  const [cancelled, paused, free] = await together([
    isCancelled(runtime.db, run.id),
    isPaused(runtime.db, run.id),
    askHolds(runtime.db, runtime, asked),
  ])
  if (cancelled) return 'cancelled'
  if (paused) return 'paused'
  return free.ok ? null : 'hold'
}
