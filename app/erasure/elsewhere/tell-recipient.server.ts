import { z } from 'zod'
import type { Executor, Transaction } from '~db/client'
import type { MailProps } from '~emails/index'
import { sendMail } from '~/mail/send.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import type { RequestRow } from '~/requests/move.server'
import type { CloseRefusal } from '~/requests/outside/close-task.server'
import type { OutsideTask } from '~/requests/outside/task'
import { openPersonal } from '~/requests/personal.server'
import { requestSealer } from '~/requests/sealed.server'
import { closeTask } from './close.server'

export const tellRecipientSchema = z.object({
  to: z.string().trim().pipe(z.email().max(254)),
  explanation: z.string().trim().max(5_000).default(''),
})

/** The mail by which a recipient is told (GDPR art. 19): what they need to find the person, and no more. Null once the case is purged. */
export async function recipientMail(
  db: Executor,
  runtime: Pick<Runtime, 'keys' | 'publicUrl'>,
  {
    task,
    row,
    explanation,
    language,
  }: { task: OutsideTask; row: RequestRow; explanation: string; language: 'nl' | 'en' },
): Promise<MailProps['recipient_told'] | null> {
  const sealer = await requestSealer(db, runtime, row.id)
  if (!sealer) return null
  const { name, subjectName, email, customerNumber } = openPersonal(sealer, row)
  return {
    reference: row.reference,
    kind: task.cause === 'rectification' || task.cause === 'restriction' ? task.cause : 'erasure',
    // Where somebody else asked, the address is theirs and not the person's.
    person: { name: subjectName ?? name, email: subjectName ? null : email, customerNumber },
    explanation,
    url: `${runtime.publicUrl}/${language}/privacy`,
  }
}

/**
 * Tells a recipient by mail, which is the end of their task: the address stands as its proof. Refuses a task of another kind,
 * and one that somebody ended already.
 */
export async function tellRecipient(
  tx: Transaction,
  runtime: Runtime,
  order: z.infer<typeof tellRecipientSchema> & {
    task: OutsideTask
    row: RequestRow
    language: 'nl' | 'en'
    actor: Extract<Actor, { kind: 'staff' }>
  },
): Promise<{ ok: true } | { ok: false; reason: CloseRefusal }> {
  const { task, row, to, language, actor } = order
  if (task.kind !== 'recipient') return { ok: false, reason: 'not_by_hand' }
  const props = await recipientMail(tx, runtime, order)
  if (!props) return { ok: false, reason: 'purged' }
  const now = runtime.clock.now()
  const zone = (await readOrganisation(tx))['organisation.zone']
  const doneOn = now.toZonedDateTimeISO(zone).toPlainDate().toString()
  const end = { outcome: 'done', note: to, doneOn, deleted: 0, pseudonymised: 0, kept: 0 } as const
  const closed = await closeTask(tx, runtime, { taskId: task.id, end, actor })
  if (!closed.ok) return closed
  await sendMail(tx, runtime, {
    template: 'recipient_told',
    to,
    language,
    props,
    requestId: row.id,
    // A task that was taken back may be mailed again.
    idempotencyKey: `recipient_told:${task.id}:${now.toString()}`,
  })
  return { ok: true }
}
