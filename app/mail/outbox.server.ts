import { outbox } from '~db/schema'
import type { Transaction } from '~db/client'
import type { MailName, MailProps } from '~emails/index'
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

/** Lays a mail or a letter down, sealed, once per key. Answers its id; null when the key was used before. */
export async function putInOutbox<Name extends MailName>(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  mail: NewMail<Name>,
  state: 'waiting' | 'to_post',
): Promise<string | null> {
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
      state,
      createdAt: runtime.clock.now(),
    })
    .onConflictDoNothing({ target: outbox.idempotencyKey })
    .returning({ id: outbox.id })
  return inserted.length > 0 ? id : null
}
