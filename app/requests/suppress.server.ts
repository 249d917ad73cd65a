import { suppressionEntry } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { normaliseEmail } from './blind-index.server'

/** Keyed hash under which an identifier is remembered without being stored. */
export function suppressionHash(runtime: Pick<Runtime, 'keys'>, kind: string, value: string): Uint8Array {
  const normal = kind === 'email' ? normaliseEmail(value) : value.trim().normalize('NFC')
  return runtime.keys.hmac('suppression', `${kind}:${normal}`)
}

/** Remembers that this person was erased or objected, so that an import which brings them back is noticed. */
export async function suppress(
  tx: Transaction,
  runtime: Pick<Runtime, 'keys' | 'clock'>,
  order: { emails: readonly string[]; reason: 'erased' | 'objection'; requestId: string | null },
): Promise<void> {
  for (const email of new Set(order.emails.map(normaliseEmail)))
    await tx
      .insert(suppressionEntry)
      .values({
        kind: 'email',
        hash: suppressionHash(runtime, 'email', email),
        reason: order.reason,
        requestId: order.requestId,
        at: runtime.clock.now(),
      })
      .onConflictDoNothing()
}
