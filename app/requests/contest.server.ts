import { message } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import { tellDesk } from './disown.server'
import { recordIdentification, standingOf } from './identification.server'
import { messagePlace } from './messages.server'
import { lockRequest } from './move.server'
import type { RequestRow } from './move.server'
import { requestSealer } from './sealed.server'

/**
 * Somebody with an address on file says that the request is not theirs: recorded whatever its state, since an answer that
 * has gone out is then a breach to look into. Nothing more is released, and the desk is told.
 */
export async function contestIdentity(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  row: RequestRow,
): Promise<void> {
  const { channels, wantsSecondChannel, releaseFrom } = await standingOf(tx, row)
  await recordIdentification(tx, runtime, row, {
    finding: 'contested',
    channels,
    wantsSecondChannel,
    releaseFrom,
    actor: { kind: 'subject' },
  })
  await tellDesk(tx, runtime, row, 'blocked')
}

export type UpholdRefusal = 'unknown_request' | 'not_contested' | 'purged'

/**
 * Staff looked into a request that somebody on file said was not theirs, and the person who asked is who they say: it goes
 * on. What was looked at is a note on the case.
 */
export async function upholdIdentity(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { requestId: string; note: string; by: StaffMember },
): Promise<{ ok: true } | { ok: false; reason: UpholdRefusal }> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  const { finding, channels, wantsSecondChannel, releaseFrom } = await standingOf(tx, row)
  if (finding !== 'contested') return { ok: false, reason: 'not_contested' }
  const sealer = await requestSealer(tx, runtime, row.id)
  if (!sealer) return { ok: false, reason: 'purged' }
  await tx.insert(message).values({
    requestId: row.id,
    at: runtime.clock.now(),
    byStaffId: order.by.id,
    direction: 'note',
    bodySealed: sealer.seal(messagePlace, order.note),
  })
  await recordIdentification(tx, runtime, row, {
    finding: 'upheld',
    channels,
    wantsSecondChannel,
    releaseFrom,
    actor: { kind: 'staff', id: order.by.id },
  })
  return { ok: true }
}
