import { Temporal } from 'temporal-polyfill'
import type { Executor } from '~db/client'
import { activeHolds } from '~/holds/hold.server'
import { mayTouch, type Touchable } from '~/holds/may-touch'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import { blindIndex } from '~/requests/blind-index.server'
import { emailIndexesOf, openRequestsOf, uncollectedRequestsOf } from '~/requests/same-person.server'
import { findRequest } from '~/requests/find.server'
import type { Cause } from './plan'

/**
 * Asks holds/ before every step: is this person, this request or anything of theirs blocked now? `addresses`: e-mail
 * addresses by which the person is known to the request or the connected systems.
 */
export async function askHolds(
  db: Executor,
  runtime: Pick<Runtime, 'keys' | 'clock'>,
  about: { cause: Cause; requestId: string | null; addresses: readonly string[] },
): Promise<Touchable> {
  const { requestId } = about
  const [indexes, row, organisation] = await together([
    requestId ? emailIndexesOf(db, requestId) : [],
    requestId ? findRequest(db, requestId) : undefined,
    readOrganisation(db),
  ])
  const hashes = [
    ...indexes,
    ...about.addresses.filter((each) => each.includes('@')).map((each) => blindIndex(runtime, 'email', each)),
  ]
  const now = runtime.clock.now()
  const today = now.toZonedDateTimeISO(organisation['organisation.zone']).toPlainDate()
  const [requests, uncollected, holds] = await together([
    openRequestsOf(db, hashes),
    uncollectedRequestsOf(db, hashes, now),
    activeHolds(db, { requestId, hashes }),
  ])
  const due = row !== undefined && Temporal.PlainDate.compare(today, row.dueOn) >= 0
  return mayTouch({ cause: about.cause, requestId, requests, uncollected, holds, due })
}
