import type { Transaction } from '~db/client'
import { sendMail } from '~/mail/send.server'
import { writeLetter } from '~/mail/write-letter.server'
import type { MailName, MailProps } from '~emails/index'
import type { Runtime } from '~/platform/runtime.server'
import type { Language } from './kinds'
import type { RequestRow } from './move.server'
import { openPersonal } from './personal.server'
import { requestSealer } from './sealed.server'

/**
 * Sends a mail about a case to whoever filed it, once per version of the case. Without an e-mail address it is written as a
 * letter that staff post, and the answer is false.
 */
export async function mailRequester<Name extends MailName>(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  row: RequestRow,
  template: Name,
  propsFor: (person: { name: string }) => MailProps[Name],
): Promise<boolean> {
  return reachRequester(tx, runtime, row, { template, key: requesterMailKey(template, row), propsFor })
}

/** As mailRequester, under an idempotency key that the caller names; `as`: a letter also where there is an address. */
export async function reachRequester<Name extends MailName>(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  row: RequestRow,
  order: {
    template: Name
    key: string
    propsFor: (person: { name: string }) => MailProps[Name]
    as?: 'mail' | 'letter'
  },
): Promise<boolean> {
  const { template, key, propsFor } = order
  const sealer = await requestSealer(tx, runtime, row.id)
  if (!sealer) return false
  const { email, name, postalAddress } = openPersonal(sealer, row)
  const mail = {
    template,
    language: row.language as Language,
    requestId: row.id,
    idempotencyKey: key,
    props: propsFor({ name: name ?? '' }),
  }
  if (email && order.as !== 'letter') await sendMail(tx, runtime, { ...mail, to: email })
  else await writeLetter(tx, runtime, { ...mail, to: [name, postalAddress].filter(Boolean).join('\n') })
  return email !== null && order.as !== 'letter'
}

/** The idempotency key of a mail to the requester, by which its fate is found. */
export function requesterMailKey(template: MailName, row: Pick<RequestRow, 'id' | 'version'>): string {
  return `${template}:${row.id}:${row.version}`
}
