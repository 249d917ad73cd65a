import { DueCase } from './due-case'
import type { MailTemplate } from './template'

export const assigned: MailTemplate<'assigned'> = {
  subject: ({ reference, kind, dueOn }, { t, day }) =>
    t('assigned.subject', { reference, kind: t(`kind.${kind}`), due: day(dueOn) }),
  Body: ({ props, words }) => (
    <DueCase props={props} words={words} title={words.t('assigned.title')} lead={words.t('assigned.lead')} />
  ),
}
