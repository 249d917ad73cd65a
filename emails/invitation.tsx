import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

export const invitation: MailTemplate<'invitation'> = {
  subject: (_props, { t }) => t('invitation.subject'),
  Body: ({ props, words }) => {
    const { t, sender } = words
    return (
      <Letter
        words={words}
        title={t('invitation.title')}
        name={props.name}
        lead={t('invitation.lead', { by: props.invitedBy, organisation: sender.name })}
        action={{ url: props.url, label: t('invitation.action') }}
      >
        <Paragraph>{t('invitation.valid', { count: props.hours })}</Paragraph>
        <Paragraph>{t('invitation.notYou')}</Paragraph>
      </Letter>
    )
  },
}
