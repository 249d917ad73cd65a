import { Temporal } from 'temporal-polyfill'
import type { Executor } from '~db/client'
import { activeHolds } from '~/holds/hold.server'
import { mayTouch, type Touchable } from '~/holds/may-touch'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
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
  const hashes = [
    ...(about.requestId ? await emailIndexesOf(db, about.requestId) : []),
    ...about.addresses.filter((each) => each.includes('@')).map((each) => blindIndex(runtime, 'email', each)),
  ]
  const row = about.requestId ? await findRequest(db, about.requestId) : undefined
  const zone = (await readOrganisation(db))['organisation.zone']
  const now = runtime.clock.now()
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  return mayTouch({
    cause: about.cause,
    requestId: about.requestId,
    requests: await openRequestsOf(db, hashes),
    uncollected: await uncollectedRequestsOf(db, hashes, now),
    holds: await activeHolds(db, { requestId: about.requestId, hashes }),
    due: row !== undefined && Temporal.PlainDate.compare(today, row.dueOn) >= 0,
  })
}
