import { outbox } from '~db/schema'
import type { Transaction } from '~db/client'
import type { MailName } from '~emails/index'
import type { Runtime } from '~/platform/runtime.server'
import type { NewMail } from './send.server'

/**
 * What sendMail is for somebody without an e-mail address: the same mail as a letter that staff print and post. `to`: name and
 * address, a line each. It counts as sent on the day on which it was posted (postLetter). Answers false when the key was
 * used before.
 */
export async function writeLetter<Name extends MailName>(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  letter: NewMail<Name>,
): Promise<boolean> {
  const id = crypto.randomUUID()
  const inserted = await tx
    .insert(outbox)
    .values({
      id,
      idempotencyKey: letter.idempotencyKey,
      requestId: letter.requestId ?? null,
      template: letter.template,
      language: letter.language,
      toSealed: runtime.keys.seal('mail', letter.to, `outbox.to:${id}`),
      propsSealed: runtime.keys.seal('mail', JSON.stringify(letter.props), `outbox.props:${id}`),
      state: 'to_post',
      createdAt: runtime.clock.now(),
    })
    .onConflictDoNothing({ target: outbox.idempotencyKey })
    .returning({ id: outbox.id })
  return inserted.length > 0
}
