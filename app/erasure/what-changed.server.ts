import type { Executor } from '~/systems/adapters/adapter'
import type { OpenSystem } from '~/systems/registry.server'
import { difference, type Found } from './difference'
import { proposalOrder } from './make-plan.server'
import { modelOf } from './model'
import type { PlanContents, PlanSearch } from './plan-store.server'
import { propose } from './propose.server'

/**
 * Locates and decides again what a plan decided, and says which rows came, went or changed since; null: it still fits. Runs
 * SELECTs only. Throws `SystemError`.
 */
export async function whatChanged(
  executor: Executor,
  planned: { system: OpenSystem; search: PlanSearch; contents: PlanContents; hashKey: Uint8Array },
): Promise<Found | null> {
  const { system, search, contents, hashKey } = planned
  const { sets } = await propose(executor, proposalOrder(system, search), hashKey)
  const { tables } = modelOf(system.map)
  // A log that goes along grows by itself (a trigger wrote that the row was marked): its new rows go with the others.
  const goesAlong = (table: string) =>
    tables.get(table)?.map.history === true && tables.get(table)?.map.erase === 'delete'
  return difference(contents.sets, sets, goesAlong)
}
