import { and, asc, eq, isNull, lte, notExists } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { dataKey, request, requestIndex, submission } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { emptyMails } from '~/mail/state.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { changeRequest, lockRequest } from '../move.server'
import { daysBefore, unconfirmedDays } from './terms'

const atOnce = 500

/**
 * Forgets who sent an expired request once it can't be revived any more: its data key is destroyed, its address and blind
 * index are gone. Reference, kind, dates and what became of its mails stay.
 */
export async function forgetExpired(runtime: Runtime): Promise<void> {
  const rows = await runtime.db
    .select({ id: request.id })
    .from(request)
    .where(
      and(
        eq(request.state, 'expired'),
        isNull(request.purgedAt),
        lte(request.receivedAt, daysBefore(runtime.clock.now(), unconfirmedDays.revive)),
      ),
    )
    .orderBy(asc(request.receivedAt))
    .limit(atOnce)
  for (const { id } of rows) await inTransaction(runtime, (tx) => forget(tx, runtime, id))
}

async function forget(tx: Transaction, runtime: Runtime, requestId: string): Promise<void> {
  const row = await lockRequest(tx, requestId)
  if (row?.state !== 'expired' || row.purgedAt) return
  const now = runtime.clock.now()
  await changeRequest(tx, row, { emailSealed: null, purgedAt: now })
  await tx.update(dataKey).set({ wrapped: null, destroyedAt: now }).where(eq(dataKey.requestId, row.id))
  await tx.delete(requestIndex).where(eq(requestIndex.requestId, row.id))
  await emptyMails(tx, row.id)
  const sibling = alias(request, 'sibling')
  const stillNeeded = tx
    .select({ id: sibling.id })
    .from(sibling)
    .where(and(eq(sibling.submissionId, submission.id), isNull(sibling.purgedAt)))
  await tx
    .update(submission)
    .set({ emailIndex: null })
    .where(and(eq(submission.id, row.submissionId), notExists(stillNeeded)))
  await appendEvidence(tx, runtime, { actor: { kind: 'system' }, verb: 'request.purged', request: row })
}
