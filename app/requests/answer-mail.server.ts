import type { Transaction } from '~db/client'
import { sendMail } from '~/mail/send.server'
import type { MailName, MailProps } from '~emails/index'
import type { Runtime } from '~/platform/runtime.server'
import type { Language } from './kinds'
import type { RequestRow } from './move.server'
import { openPersonal } from './personal.server'
import { requestSealer } from './sealed.server'

/**
 * Sends a mail about a case to whoever filed it, once per version of the case. Answers false when there is no address
 * (a letter then has to go): the caller records that.
 */
export async function mailRequester<Name extends MailName>(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  row: RequestRow,
  template: Name,
  propsFor: (person: { name: string }) => MailProps[Name],
): Promise<boolean> {
  const { email, name } = openPersonal(await requestSealer(tx, runtime, row.id), row)
  if (!email) return false
  await sendMail(tx, runtime, {
    template,
    to: email,
    language: row.language as Language,
    requestId: row.id,
    idempotencyKey: `${template}:${row.id}:${row.version}`,
    props: propsFor({ name: name ?? '' }),
  })
  return true
}
