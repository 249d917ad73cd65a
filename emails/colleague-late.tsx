import { DueCase } from './due-case'
import type { MailTemplate } from './template'

export const colleagueLate: MailTemplate<'colleague_late'> = {
  subject: ({ reference, kind, dueOn }, { t, day }) =>
    t('colleagueLate.subject', { reference, kind: t(`kind.${kind}`), due: day(dueOn) }),
  Body: ({ props, words }) => (
    <DueCase props={props} words={words} title={words.t('colleagueLate.title')} lead={words.t('colleagueLate.lead')} />
  ),
}
