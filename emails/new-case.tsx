import { DueCase } from './due-case'
import type { MailTemplate } from './template'

export const newCase: MailTemplate<'new_case'> = {
  subject: ({ reference, kind, dueOn }, { t, day }) =>
    t('newCase.subject', { reference, kind: t(`kind.${kind}`), due: day(dueOn) }),
  Body: ({ props, words }) => (
    <DueCase props={props} words={words} title={words.t('newCase.title')} lead={words.t('newCase.lead')} />
  ),
}
