import { mailboxMessage } from '~db/schema'
import type { Clock } from '~/platform/clock.server'
import type { Transport } from './transport'

/** The development mailbox: mails become rows, in the transaction that marks them as sent. Never in production. */
export function mailboxTransport(clock: Clock): Transport {
  return {
    async send({ id, to, subject, text, html }, tx) {
      const message = { id, to, subject, text, html, at: clock.now() }
      await tx.insert(mailboxMessage).values(message).onConflictDoNothing()
      return { outcome: 'accepted', providerId: null }
    },
  }
}
