import type { Transaction } from '~db/client'

/** A rendered mail with everything a server needs. `id` is the outbox row's: the key under which it is sent once. */
export type OutgoingMail = {
  id: string
  /** `Name <address>`, as MAIL_FROM and the organisation's name give it. */
  from: string
  to: string
  replyTo?: string | undefined
  subject: string
  text: string
  html: string
  headers: Record<string, string>
}

/** Classes of failure; a server's own words may quote the mail and go nowhere. */
export const failures = [
  'unreachable',
  'timeout',
  'deferred',
  'throttled',
  'unauthorised',
  'sender_refused',
  'recipient_refused',
  'message_refused',
  'unreadable',
] as const
export type Failure = (typeof failures)[number]

/**
 * What became of one try. `accepted`: the receiving side has taken it. `deferred`: another try may succeed. `bounced`:
 * this address takes no mail. `failed`: this mail will never be taken.
 */
export type Delivery =
  { outcome: 'accepted'; providerId: string | null } | { outcome: 'deferred' | 'bounced' | 'failed'; failure: Failure }

/** A way out. It answers expected failures as values; `tx` is the transaction that holds the outbox row. */
export type Transport = { send(mail: OutgoingMail, tx: Transaction): Promise<Delivery> }
