import { and, eq } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { pause } from '~db/schema'
import type { Transaction } from '~db/client'
import { dayOf } from '~/deadlines/pauses'
import { appendEvidence } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { rewriteDates } from './dates.server'
import { isOpen } from './lifecycle'
import type { RequestState } from './lifecycle'
import type { RequestRow } from './move.server'

/**
 * The clock stands still from today because the person was just asked who they are (GDPR art. 12(6)); the caller sent the
 * question. Once per request by itself: a person who does not answer is not asked again and again. Ends when it is clear who
 * they are (identification.server.ts), or after the longest time that a pause may last. A due date that has passed is not
 * moved by it.
 */
export async function pauseForIdentity(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  row: RequestRow,
  actor: Actor,
): Promise<void> {
  if (!isOpen(row.state as RequestState)) return
  const now = runtime.clock.now()
  const today = dayOf(now, (await readOrganisation(tx))['organisation.zone'])
  if (Temporal.PlainDate.compare(today, row.dueOn) > 0) return
  const before = await tx
    .select({ id: pause.id })
    .from(pause)
    .where(and(eq(pause.requestId, row.id), eq(pause.cause, 'identity')))
    .limit(1)
  if (before.length > 0) return
  await tx.insert(pause).values({
    requestId: row.id,
    at: now,
    byStaffId: actor.kind === 'staff' ? actor.id : null,
    cause: 'identity',
    fromOn: today,
  })
  await appendEvidence(tx, runtime, { actor, verb: 'request.paused', request: row, data: { cause: 'identity' } })
  await rewriteDates(tx, runtime, row.id, { why: 'pause', actor })
}
