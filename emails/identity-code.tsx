import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

/** A code to a contact detail on file. On paper, too: the address stands in it as text. */
export const identity_code: MailTemplate<'identity_code'> = {
  subject: (_props, { t }) => t('identity_code.subject'),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        bareText
        title={t('identity_code.title')}
        lead={t('identity_code.lead')}
        reference={props.reference}
        action={{ url: props.url, label: t('identity_code.action') }}
      >
        <Paragraph>{t('identity_code.code', { code: props.code })}</Paragraph>
        <Paragraph>{t('identity_code.where', { url: props.url })}</Paragraph>
        <Paragraph>{t('identity_code.valid', { count: props.days })}</Paragraph>
        <Paragraph>{t('identity_code.notYou')}</Paragraph>
      </Letter>
    )
  },
}
