import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { outbox } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Task } from '~/jobs/task.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { composeMail, openMail } from './compose.server'
import { deliverTask, triesBeforeGivingUp } from './send.server'
import { transportFor } from './transport-for.server'
import type { Delivery, Transport } from './transports/transport'

type OutboxRow = typeof outbox.$inferSelect

const payloadSchema = z.object({ outboxId: z.uuid() })

/** Takes one mail out of the outbox; a mail that could not leave yet makes the job fail, so that it comes round again. */
const deliver: Task = {
  name: deliverTask,
  run: async (runtime, payload) => {
    const { outboxId } = payloadSchema.parse(payload)
    const delivery = await deliverMail(runtime, outboxId, await transportFor(runtime))
    if (delivery?.outcome === 'deferred') throw new MailDeferred(delivery.failure)
  },
}

export const mailTasks: Task[] = [deliver]

/** The job's next try is graphile-worker's business: it waits longer after each. */
class MailDeferred extends Error {
  override name = 'MailDeferred'
}

/**
 * Tries to deliver the mail of one outbox row. The row is locked while the mail is on its way, so that of several
 * deliveries one sends and the others find it done. Answers what became of this try, undefined when there was nothing
 * to do.
 */
export function deliverMail(runtime: Runtime, outboxId: string, transport: Transport): Promise<Delivery | undefined> {
  return inTransaction(runtime, async (tx) => {
    const [row] = await tx.select().from(outbox).where(eq(outbox.id, outboxId)).for('update')
    if (row?.state !== 'waiting') return undefined
    const mail = openMail(runtime, row)
    const delivery: Delivery = mail
      ? await transport.send(await composeMail(runtime, await readOrganisation(tx), mail, row.createdAt), tx)
      : { outcome: 'failed', failure: 'unreadable' }
    return record(tx, runtime, row, mail?.reference, delivery)
  })
}

/** Writes down what became of the try. A mail that has left leaves nothing personal behind; one that has not, keeps all. */
async function record(
  tx: Transaction,
  runtime: Runtime,
  row: OutboxRow,
  reference: string | undefined,
  tried: Delivery,
): Promise<Delivery> {
  const attempts = row.attempts + 1
  const change = (values: Partial<OutboxRow>) =>
    tx
      .update(outbox)
      .set({ attempts, ...values })
      .where(eq(outbox.id, row.id))
  if (tried.outcome === 'accepted') {
    const sentAt = runtime.clock.now()
    const { providerId } = tried
    await change({ state: 'sent', sentAt, providerId, failure: null, toSealed: null, propsSealed: null })
    return tried
  }
  const { failure } = tried
  const outcome = tried.outcome === 'deferred' && attempts >= triesBeforeGivingUp ? 'failed' : tried.outcome
  if (outcome === 'deferred') {
    await change({ failure })
    return tried
  }
  await change({ state: outcome, failure })
  await appendEvidence(tx, runtime, {
    actor: { kind: 'system' },
    verb: `mail.${outcome}`,
    ...(row.requestId && reference && { request: { id: row.requestId, reference } }),
    data: { mail: row.id, template: row.template, failure, attempts },
  })
  return { outcome, failure }
}
