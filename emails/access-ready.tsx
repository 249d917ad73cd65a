import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

export const accessReady: MailTemplate<'access_ready'> = {
  subject: ({ reference }, { t }) => t('access.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('access.title')}
        name={props.name}
        lead={t('access.lead')}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('access.action') }}
      >
        <Paragraph>{t('access.days', { count: props.days })}</Paragraph>
        <Paragraph>{t('access.code')}</Paragraph>
      </Letter>
    )
  },
}
