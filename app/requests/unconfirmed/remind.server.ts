import { and, eq, gt, inArray } from 'drizzle-orm'
import { submission } from '~db/schema'
import type { Transaction } from '~db/client'
import { dayOf } from '~/deadlines/pauses'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import type { Language, RequestKind } from '../kinds'
import type { RequestRow } from '../move.server'
import { openPersonal } from '../personal.server'
import { requestSealer } from '../sealed.server'
import { statusUrl } from '../status-url'
import { daysAfter, daysBefore, unconfirmedDays } from './terms'
import { addressesThatWait, lockWaiting, whoseCodeWasMailed } from './waiting.server'

/**
 * Reminds whoever filed three days ago and did not confirm: one mail an address for all that waits, at most one a day,
 * however many submissions a stranger sends with it.
 */
export async function remindUnconfirmed(runtime: Runtime): Promise<void> {
  const now = runtime.clock.now()
  const wanted = {
    until: daysBefore(now, unconfirmedDays.remind),
    after: daysBefore(now, unconfirmedDays.expire),
    notReminded: true,
  }
  for (const emailIndex of await addressesThatWait(runtime.db, wanted))
    await inTransaction(runtime, async (tx) => {
      if (await wasRemindedToday(tx, runtime, emailIndex)) return
      const rows = await lockWaiting(tx, emailIndex, wanted)
      if (rows.length > 0) await remind(tx, runtime, rows)
    })
}

async function wasRemindedToday(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock'>,
  emailIndex: Uint8Array,
): Promise<boolean> {
  const [row] = await tx
    .select({ id: submission.id })
    .from(submission)
    .where(and(eq(submission.emailIndex, emailIndex), gt(submission.remindedAt, daysBefore(runtime.clock.now(), 1))))
    .limit(1)
  return row !== undefined
}

async function remind(tx: Transaction, runtime: Runtime, rows: readonly RequestRow[]): Promise<void> {
  const submissionIds = [...new Set(rows.map((row) => row.submissionId))]
  await tx.update(submission).set({ remindedAt: runtime.clock.now() }).where(inArray(submission.id, submissionIds))
  const mailed = await whoseCodeWasMailed(tx, rows)
  const [first] = mailed
  const email = first && openPersonal(await requestSealer(tx, runtime, first.id), first).email
  if (!first || !email) return
  const zone = (await readOrganisation(tx))['organisation.zone']
  await sendMail(tx, runtime, {
    template: 'confirm_reminder',
    to: email,
    language: first.language as Language,
    requestId: first.id,
    idempotencyKey: `confirm_reminder:${first.id}`,
    props: {
      cases: mailed.map((row) => ({ reference: row.reference, kind: row.kind as RequestKind })),
      receivedOn: first.receivedOn.toString(),
      expiresOn: dayOf(daysAfter(first.receivedAt, unconfirmedDays.expire), zone).toString(),
      url: statusUrl(runtime, first),
    },
  })
  for (const row of mailed)
    await appendEvidence(tx, runtime, { actor: { kind: 'system' }, verb: 'request.reminded', request: row })
}
