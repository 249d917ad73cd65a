import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { SystemError } from '~/systems/adapters/adapter'
import { openSystem } from '~/systems/registry.server'
import { elsewhereOf } from './elsewhere/work.server'
import type { Found } from './difference'
import { withFoundTables } from './found-tables'
import {
  openPlan,
  readContents,
  systemsOfPlan,
  type PlanContents,
  type PlanRow,
  type PlanSearch,
} from './plan-store.server'
import { whatChanged } from './what-changed.server'

/**
 * Holds one system against a plan without changing anything: what no longer fits; null: it fits, or can't be opened. Throws
 * `SystemError` where it does not answer.
 */
export async function lookAgain(
  runtime: Runtime,
  systemKey: string,
  planned: { contents: PlanContents; search: PlanSearch; hashKey: Uint8Array },
): Promise<Found | null> {
  const answer = await openSystem(runtime, runtime.db, systemKey)
  if (!answer.ok) return null
  const system = withFoundTables(answer.system, planned.search)
  return system.adapter.transaction((tx) => whatChanged(tx, { system, ...planned }), {
    readOnly: true,
    isolation: 'repeatable read',
  })
}

/** A page waits for no larger plan to be held against its systems; its run does that in any case. */
const rowsWhilePageWaits = 2_000

/**
 * What of a plan no longer fits, by system, before somebody approves it; null: nothing that can be told now. A system that does
 * not answer is no reason against approving: the run looks again before it changes anything.
 */
export async function changedBeforeApproval(
  db: Executor,
  runtime: Runtime,
  plan: PlanRow,
): Promise<Record<string, Found> | null> {
  const systems = (await systemsOfPlan(db, plan.id)).filter((each) => !elsewhereOf(each))
  if (systems.reduce((sum, each) => sum + each.changes, 0) > rowsWhilePageWaits) return null
  const opened = await openPlan(db, runtime, plan)
  const changed: Record<string, Found> = {}
  for (const { id, systemKey } of systems) {
    const contents = await readContents(db, opened.sealer, id)
    try {
      const found = await lookAgain(runtime, systemKey, { ...opened, contents })
      if (found) changed[systemKey] = found
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
    }
  }
  return Object.keys(changed).length > 0 ? changed : null
}
