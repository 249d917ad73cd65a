import { DueCase } from './due-case'
import type { MailTemplate } from './template'

export const mailBounced: MailTemplate<'mail_bounced'> = {
  subject: ({ reference, kind, dueOn }, { t, day }) =>
    t('mailBounced.subject', { reference, kind: t(`kind.${kind}`), due: day(dueOn) }),
  Body: ({ props, words }) => (
    <DueCase props={props} words={words} title={words.t('mailBounced.title')} lead={words.t('mailBounced.lead')} />
  ),
}
