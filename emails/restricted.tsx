import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

export const restricted: MailTemplate<'restricted'> = {
  subject: ({ reference }, { t }) => t('restricted.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('restricted.title')}
        name={props.name}
        lead={t('restricted.lead')}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <Paragraph>{t('restricted.more')}</Paragraph>
      </Letter>
    )
  },
}
