import { isMailName, mailSchemas, renderMail, type MailName, type MailProps, type Sender } from '~emails/index'
import type { outbox } from '~db/schema'
import type { OrganisationSettings } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { OutgoingMail } from './transports/transport'

type OutboxRow = typeof outbox.$inferSelect

/** What an outbox row holds, opened. `reference` is the request's that the mail is about. */
export type OpenedMail<Name extends MailName = MailName> = {
  id: string
  template: Name
  language: 'nl' | 'en'
  to: string
  props: MailProps[Name]
  reference: string | undefined
}

/** Opens the sealed columns of a row; undefined when they were emptied or are not what the template takes. */
export function openMail({ keys }: Pick<Runtime, 'keys'>, row: OutboxRow): OpenedMail | undefined {
  if (!row.toSealed || !row.propsSealed || !isMailName(row.template)) return undefined
  const opened = (sealed: Uint8Array, column: string) =>
    Buffer.from(keys.open('mail', sealed, `outbox.${column}:${row.id}`)).toString('utf8')
  const props = mailSchemas[row.template].safeParse(JSON.parse(opened(row.propsSealed, 'props')))
  if (!props.success) return undefined
  return {
    id: row.id,
    template: row.template,
    language: row.language === 'en' ? 'en' : 'nl',
    to: opened(row.toSealed, 'to'),
    props: props.data,
    reference: 'reference' in props.data ? props.data.reference : undefined,
  }
}

/** Renders an opened mail as it leaves: from the organisation, dated on the day on which it was written. */
export async function composeMail(
  { settings, publicUrl }: Pick<Runtime, 'settings' | 'publicUrl'>,
  organisation: OrganisationSettings,
  mail: OpenedMail,
  writtenAt: OutboxRow['createdAt'],
): Promise<OutgoingMail> {
  const { language } = mail
  const sender = senderOf(organisation, language)
  const rendered = await renderMail(mail.template, mail.props, { language, sender, sentAt: writtenAt })
  return {
    ...rendered,
    id: mail.id,
    from: fromAddress(settings.MAIL_FROM ?? `privacy@${new URL(publicUrl).hostname}`, sender.name),
    to: mail.to,
    replyTo: firstAddress(sender.contact) ?? firstAddress(sender.privacyOfficer),
    headers: {
      // RFC 3834: answers to a machine's mail are not answered by machines.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': language,
    },
  }
}

/** What a mail or letter says of its sender. */
export function senderOf(organisation: OrganisationSettings, language: 'nl' | 'en'): Sender {
  return {
    name: organisation['organisation.name'],
    accent: organisation['organisation.accent'],
    contact: organisation['organisation.contact'],
    privacyOfficer: organisation['organisation.privacyOfficer'],
    authority: organisation['organisation.authority'][language],
    kind: organisation['organisation.kind'],
    zone: organisation['organisation.zone'],
  }
}

/** A bare MAIL_FROM gets the organisation's name before it; quoted as RFC 5322 3.2.4 wants. */
function fromAddress(from: string, name: string): string {
  if (from.includes('<')) return from
  const quoted = name.replace(/\p{Cc}+/gu, ' ').replace(/["\\]/g, '\\$&')
  return `"${quoted}" <${from.trim()}>`
}

function firstAddress(text: string): string | undefined {
  return /[^\s<>,;:"()@]+@[^\s<>,;:"()@]+\.[^\s<>,;:"()@.]+/.exec(text)?.[0]
}
