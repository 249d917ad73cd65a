import type { Transaction } from '~db/client'
import type { MailName } from '~emails/index'
import type { Runtime } from '~/platform/runtime.server'
import { putInOutbox, type NewMail } from './outbox.server'

/**
 * What sendMail is for somebody without an e-mail address: the same mail as a letter that staff print and post. `to`: name and
 * address, a line each. It counts as sent on the day on which it was posted (postLetter). Answers false when the key was
 * used before.
 */
export async function writeLetter<Name extends MailName>(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  letter: NewMail<Name>,
): Promise<boolean> {
  return (await putInOutbox(tx, runtime, letter, 'to_post')) !== null
}
