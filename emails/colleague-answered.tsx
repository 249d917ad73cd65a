import { DueCase } from './due-case'
import type { MailTemplate } from './template'

export const colleagueAnswered: MailTemplate<'colleague_answered'> = {
  subject: ({ reference, kind, dueOn }, { t, day }) =>
    t('colleagueAnswered.subject', { reference, kind: t(`kind.${kind}`), due: day(dueOn) }),
  Body: ({ props, words }) => (
    <DueCase
      props={props}
      words={words}
      title={words.t('colleagueAnswered.title')}
      lead={words.t('colleagueAnswered.lead')}
    />
  ),
}
