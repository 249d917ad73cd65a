import { DueCase } from './due-case'
import type { MailTemplate } from './template'

export const answerReceived: MailTemplate<'answer_received'> = {
  subject: ({ reference, kind, dueOn }, { t, day }) =>
    t('answerReceived.subject', { reference, kind: t(`kind.${kind}`), due: day(dueOn) }),
  Body: ({ props, words }) => (
    <DueCase
      props={props}
      words={words}
      title={words.t('answerReceived.title')}
      lead={words.t('answerReceived.lead')}
    />
  ),
}
