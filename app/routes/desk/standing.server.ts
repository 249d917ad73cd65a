import type { Executor } from '~db/client'
import { releaseStop, standingOf } from '~/requests/identification.server'
import type { RequestRow } from '~/requests/move.server'
import type { Runtime } from '~/platform/runtime.server'

/** How far the person of a case is known, as its pages show it. */
export async function standingShape(
  db: Executor,
  runtime: Pick<Runtime, 'clock'>,
  row: Pick<RequestRow, 'id' | 'kind' | 'closedAt' | 'verifiedAt'>,
) {
  const standing = await standingOf(db, row)
  const stop = row.closedAt ? null : releaseStop(standing, runtime.clock.now())
  return {
    required: standing.required,
    finding: standing.finding,
    why: standing.why,
    channels: [...standing.channels],
    /** Only while something is in the way. */
    stop,
    releaseFrom: stop === 'contact_changed' ? (standing.releaseFrom?.toString() ?? null) : null,
  }
}

export type StandingShape = Awaited<ReturnType<typeof standingShape>>
