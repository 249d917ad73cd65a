import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { MailName, MailProps } from '~emails/index'
import { composeMail } from './compose.server'

/** A mail as it would leave now: its subject and its plain text. Nothing is stored or sent. */
export async function previewMail<Name extends MailName>(
  runtime: Pick<Runtime, 'db' | 'settings' | 'publicUrl' | 'clock'>,
  template: Name,
  props: MailProps[Name],
  language: string,
): Promise<{ subject: string; text: string }> {
  const organisation = await readOrganisation(runtime.db)
  const mail = {
    id: 'preview',
    template,
    language: language === 'en' ? 'en' : 'nl',
    to: '',
    props,
    reference: undefined,
  } as const
  const { subject, text } = await composeMail(runtime, organisation, mail, runtime.clock.now())
  return { subject, text }
}
