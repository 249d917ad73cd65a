import type { openPlan, PlanRow } from './plan-store.server'
import type { RunRow } from './run-records.server'

type Opened = Awaited<ReturnType<typeof openPlan>>
/** A run in hand: its plan opened, its pseudonym key unwrapped, and the request as evidence names it (none: nobody asked). */
export type Work = {
  run: RunRow
  plan: PlanRow
  opened: Opened
  key: Uint8Array
  request: { id: string; reference: string } | undefined
}
