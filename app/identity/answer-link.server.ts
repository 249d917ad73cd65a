import type { Temporal } from 'temporal-polyfill'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { requestsOfSubmission } from '~/requests/confirm.server'
import { disownSubmission } from '~/requests/disown.server'
import type { ObjectionTo, RequestKind } from '~/requests/kinds'
import type { RequestRow } from '~/requests/move.server'
import { addressOfIndex } from '~/requests/of-address.server'
import { confirmSubmission } from './confirm.server'
import { lookAtLink, useLink } from './links.server'
import { blockSender } from './senders.server'
import { beginSession } from './session.server'

/** What the page behind a link shows before anybody says yes or no. */
export type AskedByLink = {
  purpose: 'submission' | 'sign_in' | 'download'
  /** The address that the mail went to. */
  email: string | null
  askedAt: Temporal.Instant
  requests: { kind: RequestKind; objectionTo: ObjectionTo | null; receivedAt: Temporal.Instant }[]
}

const purposeOf = (text: string): AskedByLink['purpose'] =>
  text === 'submission' || text === 'download' ? text : 'sign_in'

/** What was asked, and when; null when the link does not work (any more). Looking changes nothing: mail scanners look too. */
export async function askedByLink(
  runtime: Pick<Runtime, 'db' | 'clock' | 'keys'>,
  token: string,
): Promise<AskedByLink | null> {
  const row = await lookAtLink(runtime.db, runtime, token)
  if (!row) return null
  const purpose = purposeOf(row.purpose)
  const requests = purpose === 'submission' ? await requestsOfSubmission(runtime.db, row.bindingId) : []
  return {
    purpose,
    email: await addressOfIndex(runtime.db, runtime, row.emailIndex),
    askedAt: row.sentAt,
    requests: requests.map((each) => ({
      kind: each.kind as RequestKind,
      objectionTo: each.objectionTo as ObjectionTo | null,
      receivedAt: each.receivedAt,
    })),
  }
}

type Rooms = Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>

/**
 * "Yes, this is mine": spends the link, confirms the submission where it is one, and begins a session in the browser that
 * sends this, and in no other: the browser in which the request was typed is not signed in by it.
 */
export async function acceptLink(
  tx: Transaction,
  runtime: Rooms,
  token: string,
): Promise<{ ok: true; confirmed: RequestRow[]; sessionCookie: string } | { ok: false; reason: 'no_link' }> {
  const row = await useLink(tx, runtime, token)
  if (!row) return { ok: false, reason: 'no_link' }
  const confirmed = row.purpose === 'submission' ? await confirmSubmission(tx, runtime, row.bindingId) : []
  return { ok: true, confirmed, sessionCookie: await beginSession(tx, runtime, row.emailIndex) }
}

/** "That was not me": spends the link, ends what was asked, and mails nothing more on that sender's word for a day. */
export async function disownByLink(
  tx: Transaction,
  runtime: Rooms,
  token: string,
): Promise<{ ok: true; ended: number } | { ok: false; reason: 'no_link' }> {
  const row = await useLink(tx, runtime, token)
  if (!row) return { ok: false, reason: 'no_link' }
  const ended = row.purpose === 'submission' ? await disownSubmission(tx, runtime, row.bindingId) : []
  if (row.sender) await blockSender(tx, runtime, row.sender)
  return { ok: true, ended: ended.length }
}
