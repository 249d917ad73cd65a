import { Letter } from './letter'
import { Paragraph, Typed } from './parts'
import type { MailTemplate } from './template'

/** What somebody sent is no request under the GDPR: answered all the same, in the words of staff. */
export const dismissed: MailTemplate<'dismissed'> = {
  subject: ({ reference }, { t }) => t('dismissed.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('dismissed.title')}
        name={props.name}
        lead={t('dismissed.lead')}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <Typed text={props.answer} />
        <Paragraph>{t('dismissed.again')}</Paragraph>
      </Letter>
    )
  },
}
