import { eq, isNull } from 'drizzle-orm'
import { accessPackage } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import { inTransaction } from '~/platform/runtime.server'
import { noteCollected } from '~/requests/collected.server'
import { findRequest } from '~/requests/find.server'
import type { PackageRecord } from './prepare.server'
import { removeParts } from './parts.server'

export type EndCause = 'expired' | 'withdrawn' | 'replaced'

/** Ends a package: what was in it is removed, that it was there stays on record. */
export async function endPackage(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  record: Pick<PackageRecord, 'id' | 'requestId'>,
  cause: EndCause,
): Promise<void> {
  await removeParts(tx, record.id)
  await tx
    .update(accessPackage)
    .set({
      state: 'ended',
      endedAt: runtime.clock.now(),
      endCause: cause,
      candidatesSealed: null,
      subjectsSealed: null,
    })
    .where(eq(accessPackage.id, record.id))
  await noteCollected(tx, record.requestId)
  const about = await findRequest(tx, record.requestId)
  await appendEvidence(tx, runtime, {
    actor: { kind: 'system' },
    verb: 'access.ended',
    request: about,
    data: { package: record.id, cause },
  })
}

/** Ends of a request after which nothing is handed out any more. */
const ends: readonly string[] = ['withdrawn', 'refused', 'duplicate', 'not_a_request']

/** Ends the packages whose days are over, and those whose request came to another end. Answers how many. */
export async function endLapsedPackages(runtime: Pick<Runtime, 'db' | 'clock' | 'keys'>): Promise<number> {
  return inTransaction(runtime, async (tx) => {
    const now = runtime.clock.now().epochMilliseconds
    let ended = 0
    for (const record of await tx.select().from(accessPackage).where(isNull(accessPackage.endedAt))) {
      const stopped = ends.includes((await findRequest(tx, record.requestId))?.state ?? '')
      const expired = record.expiresAt !== null && record.expiresAt.epochMilliseconds <= now
      if (!stopped && !expired) continue
      await endPackage(tx, runtime, record, stopped ? 'withdrawn' : 'expired')
      ended++
    }
    return ended
  })
}
