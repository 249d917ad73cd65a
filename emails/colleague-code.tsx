import { CodeBox } from './code-box'
import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

/** The code that opens a question to a colleague. */
export const colleagueCode: MailTemplate<'colleague_code'> = {
  subject: ({ reference }, { t }) => t('colleagueCode.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        bareText
        title={t('colleagueCode.title')}
        lead={t('colleagueCode.lead')}
        reference={props.reference}
        action={{ url: props.url, label: t('colleagueQuestion.action') }}
      >
        <CodeBox code={props.code} />
        <Paragraph>{t('code.valid', { count: props.minutes })}</Paragraph>
        <Paragraph>{t('colleagueCode.notYou')}</Paragraph>
      </Letter>
    )
  },
}
