import { and, eq } from 'drizzle-orm'
import { requestIndex } from '~db/schema'
import type { request } from '~db/schema'
import type { Transaction } from '~db/client'
import { dayOf } from '~/deadlines/pauses'
import { emptyMails } from '~/mail/state.server'
import { sendMail } from '~/mail/send.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import type { Language, RequestKind } from '../kinds'
import { moveRequest } from '../move.server'
import type { RequestRow } from '../move.server'
import { openPersonal } from '../personal.server'
import { requestSealer } from '../sealed.server'
import { statusUrl } from '../status-url'
import { daysAfter, daysBefore, unconfirmedDays } from './terms'
import { addressesThatWait, lockWaiting, whoseCodeWasMailed } from './waiting.server'

/**
 * Ends what nobody confirmed within 14 days: a last mail an address that says so, with the remedies (GDPR art. 12(4)), and
 * what was typed is emptied. Only the e-mail address stays, sealed, and its blind index: without them a confirmation within
 * 30 days could neither be made nor answered (docs/decisions).
 */
export async function expireUnconfirmed(runtime: Runtime): Promise<void> {
  const wanted = { until: daysBefore(runtime.clock.now(), unconfirmedDays.expire) }
  for (const emailIndex of await addressesThatWait(runtime.db, wanted))
    await inTransaction(runtime, async (tx) => {
      const rows = await lockWaiting(tx, emailIndex, wanted)
      await tellExpired(tx, runtime, await whoseCodeWasMailed(tx, rows))
      for (const row of rows) await expire(tx, runtime, row)
    })
}

async function tellExpired(tx: Transaction, runtime: Runtime, rows: readonly RequestRow[]): Promise<void> {
  // One that lay too long to be revived (the program was off for weeks) has nothing to be told of.
  const alive = rows.filter((row) => isRevivable(runtime, row))
  const [first] = alive
  const email = first && openPersonal(await requestSealer(tx, runtime, first.id), first).email
  if (!first || !email) return
  const zone = (await readOrganisation(tx))['organisation.zone']
  await sendMail(tx, runtime, {
    template: 'expired',
    to: email,
    language: first.language as Language,
    requestId: first.id,
    idempotencyKey: `expired:${first.id}`,
    props: {
      cases: alive.map((row) => ({ reference: row.reference, kind: row.kind as RequestKind })),
      receivedOn: first.receivedOn.toString(),
      // The day on which it ends is not a whole one.
      reviveUntil: dayOf(daysAfter(first.receivedAt, unconfirmedDays.revive), zone).subtract({ days: 1 }).toString(),
      url: statusUrl(runtime, first),
    },
  })
}

/** Whether a confirmation of an expired request still counts. */
export function isRevivable(runtime: Pick<Runtime, 'clock'>, row: Pick<RequestRow, 'receivedAt'>): boolean {
  const latest = daysAfter(row.receivedAt, unconfirmedDays.revive)
  return runtime.clock.now().epochMilliseconds < latest.epochMilliseconds
}

async function expire(tx: Transaction, runtime: Runtime, row: RequestRow): Promise<void> {
  const now = runtime.clock.now()
  const moved = await moveRequest(tx, runtime, {
    requestId: row.id,
    move: 'expire',
    actor: { kind: 'system' },
    mover: 'system',
    set: { closedAt: now, ...nothingTyped },
  })
  if (!moved.ok) return
  await tx.delete(requestIndex).where(and(eq(requestIndex.requestId, row.id), eq(requestIndex.kind, 'customer_number')))
  await emptyMails(tx, row.id)
}

/** Everything that was typed but the address. */
const nothingTyped = {
  nameSealed: null,
  phoneSealed: null,
  customerNumberSealed: null,
  detailsSealed: null,
  reasonSealed: null,
  subjectNameSealed: null,
  postalAddressSealed: null,
} as const satisfies Partial<typeof request.$inferSelect>
