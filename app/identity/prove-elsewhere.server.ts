import type { Transaction } from '~db/client'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { changeRequest, lockRequest } from '~/requests/move.server'
import type { RequestRow } from '~/requests/move.server'
import { requestSealer } from '~/requests/sealed.server'
import { openPersonal } from '~/requests/personal.server'
import type { LookingWay } from './checklist'
import { recordProof } from './proof.server'
import type { ProvenIdentifier } from './proof.server'

export type ProveRefusal = 'unknown_request' | 'nothing_proven' | 'not_known'

/**
 * Records that somebody looked at who the person is, elsewhere: at the counter, by call-back, in the company's own log-in.
 * What is proven has to be known of the request: a customer number that nobody gave can't be proven.
 */
export async function proveElsewhere(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: {
    requestId: string
    proves: readonly ProvenIdentifier[]
    note: string
    /** In which way and on which day (ISO 8601) staff looked. */
    seen?: { how: LookingWay; on: string }
    actor: Actor
  },
): Promise<{ ok: true; request: RequestRow } | { ok: false; reason: ProveRefusal }> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  if (order.proves.length === 0) return { ok: false, reason: 'nothing_proven' }
  const known = openPersonal(await requestSealer(tx, runtime, row.id), row)
  if (order.proves.some((kind) => !known[kind])) return { ok: false, reason: 'not_known' }
  await recordProof(tx, runtime, row, {
    method: 'verified_elsewhere',
    proves: order.proves,
    note: order.note,
    seen: order.seen,
    actor: order.actor,
  })
  if (row.verifiedAt) return { ok: true, request: row }
  return { ok: true, request: await changeRequest(tx, row, { verifiedAt: runtime.clock.now() }) }
}
