import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { placesThatStay } from '../kept-places.server'
import {
  readContents,
  systemsOfPlan,
  type PlanContents,
  type PlanRow,
  type PlanSealer,
  type PlanSearch,
} from '../plan-store.server'
import type { Traces } from '../trace-pattern'
import type { SearchedPerson } from './scan.server'

/** Plans after which a scan is due: those that erase a person, not single rows whose term ended, nor effects of other rights. */
export const isScanned = ({ intent, rows }: PlanSearch): boolean => intent.kind === 'erase' && !rows

/** What the rows of a person held in all systems of a plan: one system may hold what another one knew. */
export function joinTraces(all: readonly PlanContents[]): Traces {
  return {
    identifiers: all.flatMap((each) => each.traces.identifiers),
    phones: all.flatMap((each) => each.traces.phones),
    names: all.flatMap((each) => each.traces.names),
  }
}

/** What the plan before found of the person in other systems, where this one plans only the rest (`restOfRun`). */
export async function contentsBefore(db: Executor, sealer: PlanSealer, plan: PlanRow): Promise<PlanContents[]> {
  if (!plan.followsPlanId || plan.cause === 'follow_up') return []
  const contents: PlanContents[] = []
  for (const { id } of await systemsOfPlan(db, plan.followsPlanId)) contents.push(await readContents(db, sealer, id))
  return contents
}

/** For whom a system is searched after a run of this plan, and what is to stay there. */
export async function searchedPerson(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  order: { plan: PlanRow; search: PlanSearch; systemKey: string; traces: Traces },
): Promise<SearchedPerson> {
  return {
    traces: order.traces,
    mayStay: await placesThatStay(db, runtime, order.plan, order.systemKey),
    chosen: order.search.subjects.length > 0,
  }
}
