import { evidenceEntry } from '~db/schema'
import type { Transaction } from '~db/client'
import { macOfEntry } from './entry-mac.server'
import type { Actor, Runtime } from '~/platform/runtime.server'

/** References, ids, states, dates and counts; never text that people typed (design.md "Evidence"). */
export type EvidenceData = Record<string, string | number | boolean | null | string[] | Record<string, number>>

export type NewEntry = {
  actor: Actor
  /** What happened, as `room.verb`, e.g. `request.received`, `plan.approved`. */
  verb: string
  request?: { id: string; reference: string } | undefined
  system?: string | undefined
  data?: EvidenceData
}

/**
 * The one function that appends evidence; always in the transaction of what it witnesses, so that neither is there
 * without the other.
 */
export async function appendEvidence(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  entry: NewEntry,
): Promise<void> {
  const content = {
    // The database keeps microseconds; what is signed must be what is stored.
    at: runtime.clock.now().round('microsecond'),
    actorKind: entry.actor.kind === 'staff' && entry.actor.via === 'token' ? 'token' : entry.actor.kind,
    actorId: entry.actor.kind === 'staff' ? entry.actor.id : null,
    verb: entry.verb,
    requestId: entry.request?.id ?? null,
    reference: entry.request?.reference ?? null,
    system: entry.system ?? null,
    data: entry.data ?? {},
  }
  await tx.insert(evidenceEntry).values({ ...content, mac: macOfEntry(runtime.keys, content) })
}
