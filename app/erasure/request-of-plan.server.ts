import type { Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import type { PlanRow } from './plan-store.server'

/** The request of a plan as evidence names it; nothing for a plan that no request asked for. */
export const requestOf = async (runtime: Pick<Runtime, 'db'>, plan: Pick<PlanRow, 'requestId'>) => {
  const request = plan.requestId ? await findRequest(runtime.db, plan.requestId) : undefined
  return request ? { request: { id: request.id, reference: request.reference } } : {}
}
