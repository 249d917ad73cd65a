import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

export const rectified: MailTemplate<'rectified'> = {
  subject: ({ reference }, { t }) => t('rectified.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('rectified.title')}
        name={props.name}
        lead={t('rectified.lead')}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <Paragraph>{t('rectified.more')}</Paragraph>
      </Letter>
    )
  },
}
