import { and, eq } from 'drizzle-orm'
import { requestIndex } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { blindIndex, normaliseEmail } from './blind-index.server'
import { lockForCorrection, recordCorrection } from './correct.server'
import type { CorrectionOrder, CorrectionRefusal } from './correct.server'
import { recordIdentification, standingOf } from './identification.server'
import { changeRequest } from './move.server'
import type { RequestRow } from './move.server'
import { openPersonal } from './personal.server'
import { sendReceipt } from './receipt.server'

export type AddressCorrected = { ok: true; request: RequestRow } | { ok: false; reason: CorrectionRefusal }

/**
 * Corrects the e-mail or postal address of whoever asks: old and new address with the reason, sealed; the blind index moves
 * along. Another e-mail address is one that nobody has proven yet: the identity is open again, and the confirmation of
 * receipt goes there, so that its reader can say that it was not them.
 */
export async function correctAddress(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: CorrectionOrder & { email: string | null; postalAddress: string | null },
): Promise<AddressCorrected> {
  const found = await lockForCorrection(tx, runtime, order)
  if (!found.ok) return found
  const { row, sealer } = found
  const person = openPersonal(sealer, row)
  const sameEmail =
    order.email === null || (person.email !== null && normaliseEmail(order.email) === normaliseEmail(person.email))
  const email = sameEmail ? null : order.email
  const postal = order.postalAddress === person.postalAddress ? null : order.postalAddress
  if (email === null && postal === null) return { ok: false, reason: 'already_so' }
  const updated = await changeRequest(tx, row, {
    ...(postal ? { postalAddressSealed: sealer.seal('request.postal_address', postal) } : {}),
    ...(email ? { emailSealed: sealer.seal('request.email', email), verifiedAt: null } : {}),
  })
  if (postal) {
    const change = { row, sealer, field: 'postalAddress', old: person.postalAddress, new: postal } as const
    await recordCorrection(tx, runtime, order, change)
  }
  if (email) {
    await recordCorrection(tx, runtime, order, { row, sealer, field: 'email', old: person.email, new: email })
    await forgetStanding(tx, runtime, row, order)
    await moveIndex(tx, runtime, row.id, email)
    await sendReceipt(tx, runtime, updated, `corrected:${updated.version}`)
  }
  return { ok: true, request: updated }
}

// Who was found by the old address was found by nothing that is proven of the new one.
async function forgetStanding(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  row: RequestRow,
  { by }: CorrectionOrder,
): Promise<void> {
  const { required, finding } = await standingOf(tx, row)
  if (!required || finding === 'contested') return
  const actor = { kind: 'staff', id: by.id } as const
  await recordIdentification(tx, runtime, row, { finding: 'open', why: 'not_looked', channels: [], actor })
}

async function moveIndex(
  tx: Transaction,
  runtime: Pick<Runtime, 'keys'>,
  requestId: string,
  email: string,
): Promise<void> {
  await tx.delete(requestIndex).where(and(eq(requestIndex.requestId, requestId), eq(requestIndex.kind, 'email')))
  await tx.insert(requestIndex).values({ requestId, kind: 'email', hash: blindIndex(runtime, 'email', email) })
}
