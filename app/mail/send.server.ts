import { outbox } from '~db/schema'
import type { Transaction } from '~db/client'
import type { MailName, MailProps } from '~emails/index'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Runtime } from '~/platform/runtime.server'

export type NewMail<Name extends MailName = MailName> = {
  template: Name
  to: string
  language: 'nl' | 'en'
  props: MailProps[Name]
  requestId?: string
  /** One mail per key, however often the cause is repeated. */
  idempotencyKey: string
}

export const deliverTask = 'mail.deliver'

/** With graphile-worker's back-off (e^n seconds, at most six hours) about three days. */
export const triesBeforeGivingUp = 20

/**
 * The one function that sends mail: puts it, sealed, in the outbox and enqueues its delivery, both in the transaction
 * that caused it. Answers false when the key was used before (the mail exists already).
 */
export async function sendMail<Name extends MailName>(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  mail: NewMail<Name>,
): Promise<boolean> {
  const id = crypto.randomUUID()
  const inserted = await tx
    .insert(outbox)
    .values({
      id,
      idempotencyKey: mail.idempotencyKey,
      requestId: mail.requestId ?? null,
      template: mail.template,
      language: mail.language,
      toSealed: runtime.keys.seal('mail', mail.to, `outbox.to:${id}`),
      propsSealed: runtime.keys.seal('mail', JSON.stringify(mail.props), `outbox.props:${id}`),
      createdAt: runtime.clock.now(),
    })
    .onConflictDoNothing({ target: outbox.idempotencyKey })
    .returning({ id: outbox.id })
  if (inserted.length === 0) return false
  await enqueueJob(
    tx,
    deliverTask,
    { outboxId: id },
    {
      jobKey: `mail:${id}`,
      // More than the tries: a worker that is killed uses up one of the job's, but none of the mail's.
      maxAttempts: triesBeforeGivingUp + 10,
    },
  )
  return true
}
