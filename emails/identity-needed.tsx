import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

export const identity_needed: MailTemplate<'identity_needed'> = {
  subject: ({ reference }, { t }) => t('identity_needed.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('identity_needed.title')}
        name={props.name}
        lead={t('identity_needed.lead')}
        reference={props.reference}
        action={{ url: props.url, label: t('identity_needed.action') }}
      >
        <Paragraph>{t('identity_needed.clock')}</Paragraph>
        <Paragraph>{t('identity_needed.never')}</Paragraph>
      </Letter>
    )
  },
}
