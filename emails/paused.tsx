import { Letter } from './letter'
import { Paragraph, Typed } from './parts'
import type { MailTemplate } from './template'

/** A question that stops the clock (GDPR art. 12(6); recital 63): what we need, and since when the date moves. */
export const paused: MailTemplate<'paused'> = {
  subject: ({ reference }, { t }) => t('paused.subject', { reference }),
  Body: ({ props, words }) => {
    const { t, day } = words
    return (
      <Letter
        words={words}
        title={t('paused.title')}
        name={props.name}
        lead={t(`paused.lead.${props.why}`)}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('question.action') }}
      >
        <Typed text={props.question} />
        <Paragraph>{t('paused.clock', { from: day(props.fromOn) })}</Paragraph>
        <Paragraph>{t('question.how')}</Paragraph>
        <Paragraph>{t('paused.remedy')}</Paragraph>
      </Letter>
    )
  },
}
