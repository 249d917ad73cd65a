import type { Transaction } from '~db/client'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import type { Language } from '~/requests/kinds'
import type { RequestRow } from '~/requests/move.server'
import { pauseForIdentity } from '~/requests/pause-for-identity.server'
import { openPersonal } from '~/requests/personal.server'
import { requestSealer } from '~/requests/sealed.server'

/** The page on which a person helps us to be certain who they are; the same for everybody, whatever was found. */
export function identityUrl(
  runtime: Pick<Runtime, 'publicUrl'>,
  row: Pick<RequestRow, 'language' | 'reference'>,
): string {
  return `${runtime.publicUrl}/${row.language}/requests/${row.reference}/identity`
}

/**
 * Asks, at the address that was proven, for what tells its users apart; one mail a submission, and no word of who they are.
 * Meanwhile the clock stands still.
 */
export async function askForFacts(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  row: RequestRow,
): Promise<void> {
  const { email, name } = openPersonal(await requestSealer(tx, runtime, row.id), row)
  if (!email) return
  await sendMail(tx, runtime, {
    template: 'identity_needed',
    to: email,
    language: row.language as Language,
    requestId: row.id,
    idempotencyKey: `identity_needed:${row.submissionId}`,
    props: { reference: row.reference, name: name ?? '', url: identityUrl(runtime, row) },
  })
  await pauseForIdentity(tx, runtime, row, { kind: 'system' })
}
