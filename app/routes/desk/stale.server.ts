import type { Difference, DifferentKeys, Found } from '~/erasure/difference'
import { readDifference } from '~/erasure/note-stale.server'
import { changedBeforeApproval } from '~/erasure/look-again.server'
import { findPlan, planSealer, presentPlanRow } from '~/erasure/plan-store.server'
import { restOfRun } from '~/erasure/rest-of-run.server'
import { findRun } from '~/erasure/run-records.server'
import type { Runtime } from '~/platform/runtime.server'
import { mask } from '~/systems/mask'

/** What no longer fits, system by system and table by table, as a page shows it: counts, names of columns, masked keys. */
function staleSystems(difference: Record<string, Difference>, keys: Record<string, DifferentKeys>) {
  return Object.entries(difference).map(([system, tables]) => ({
    system,
    tables: Object.entries(tables).map(([table, { added, removed, changed, decided, columns }]) => ({
      table,
      added,
      removed,
      changed,
      decided: decided ?? 0,
      columns: columns ?? null,
      keys: (keys[system]?.[table] ?? []).map((key) => key.map(mask).join(' · ')),
    })),
  }))
}

export type StaleSystems = ReturnType<typeof staleSystems>

/** What no longer fitted the plan of a run, and whether its rest can be planned anew; null: all of it fitted. */
export async function staleShape(runtime: Runtime, runId: string) {
  const run = await findRun(runtime.db, runId)
  const plan = run ? await findPlan(runtime.db, run.planId) : undefined
  if (!run?.difference || !plan) return null
  const { difference, keys } = readDifference(run, await planSealer(runtime.db, runtime, plan))
  const rest = run.requestId ? await restOfRun(runtime.db, run.requestId) : null
  return {
    systems: staleSystems(difference, keys),
    /** all: nothing was done anywhere; rest: what is left can be planned anew; half_done: it can't. */
    left: run.state === 'stale' ? ('all' as const) : rest?.ok ? ('rest' as const) : ('half_done' as const),
  }
}

export type StaleShape = NonNullable<Awaited<ReturnType<typeof staleShape>>>

/** What of the present plan of a case no longer fits, before somebody approves it; null: nothing that can be told. */
export async function staleBeforeApproval(runtime: Runtime, requestId: string): Promise<StaleSystems | null> {
  const plan = await presentPlanRow(runtime.db, requestId)
  const changed = plan?.state === 'open' ? await changedBeforeApproval(runtime.db, runtime, plan) : null
  if (!changed) return null
  const each = <T>(of: (found: Found) => T) =>
    Object.fromEntries(Object.entries(changed).map(([system, found]) => [system, of(found)]))
  return staleSystems(
    each(({ difference }) => difference),
    each(({ keys }) => keys),
  )
}
