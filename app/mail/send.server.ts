import type { Transaction } from '~db/client'
import type { MailName } from '~emails/index'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Runtime } from '~/platform/runtime.server'
import { putInOutbox, type NewMail } from './outbox.server'

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
  const id = await putInOutbox(tx, runtime, mail, 'waiting')
  if (id === null) return false
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
