import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

export const passwordReset: MailTemplate<'password_reset'> = {
  subject: (_props, { t }) => t('passwordReset.subject'),
  Body: ({ props, words }) => {
    const { t, sender } = words
    return (
      <Letter
        words={words}
        title={t('passwordReset.title')}
        name={props.name}
        lead={t('passwordReset.lead', { organisation: sender.name })}
        action={{ url: props.url, label: t('passwordReset.action') }}
      >
        <Paragraph>{t('passwordReset.valid', { count: props.minutes })}</Paragraph>
        <Paragraph>{t('passwordReset.notYou')}</Paragraph>
      </Letter>
    )
  },
}
