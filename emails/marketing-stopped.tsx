import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

export const marketingStopped: MailTemplate<'marketing_stopped'> = {
  subject: ({ reference }, { t }) => t('marketing.subject', { reference }),
  Body: ({ props, words }) => {
    const { t, sender } = words
    const contact = props.contact.trim()
    return (
      <Letter
        words={words}
        title={t('marketing.title')}
        lead={t('marketing.lead', { organisation: sender.name })}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <Paragraph>{t('marketing.way')}</Paragraph>
        <Paragraph>{contact ? t('marketing.backAt', { contact }) : t('marketing.back')}</Paragraph>
      </Letter>
    )
  },
}
