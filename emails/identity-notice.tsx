import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

export const identity_notice: MailTemplate<'identity_notice'> = {
  subject: ({ reference }, { t }) => t('identity_notice.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('identity_notice.title')}
        lead={t('identity_notice.lead', { kind: t(`kind.${props.kind}`), date: words.day(props.receivedOn) })}
        reference={props.reference}
        action={{ url: props.url, label: t('identity_notice.action') }}
      >
        <Paragraph>{t('identity_notice.mine')}</Paragraph>
      </Letter>
    )
  },
}
