import { Letter } from './letter'
import { Paragraph, Typed } from './parts'
import type { MailTemplate } from './template'

export const question: MailTemplate<'question'> = {
  subject: ({ reference }, { t }) => t('question.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('question.title')}
        name={props.name}
        lead={t('question.lead')}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('question.action') }}
      >
        <Typed text={props.question} />
        <Paragraph>{t('question.how')}</Paragraph>
      </Letter>
    )
  },
}
