import { Letter } from './letter'
import { Facts, Paragraph } from './parts'
import type { MailTemplate } from './template'

export const newSignIn: MailTemplate<'new_sign_in'> = {
  subject: (_props, { t }) => t('newSignIn.subject'),
  Body: ({ props, words }) => {
    const { t, moment } = words
    return (
      <Letter
        words={words}
        title={t('newSignIn.title')}
        lead={t('newSignIn.lead')}
        action={{ url: props.url, label: t('newSignIn.action') }}
      >
        <Facts rows={[[t('fact.when'), moment(props.at)]]} />
        <Paragraph>{t('newSignIn.notYou')}</Paragraph>
      </Letter>
    )
  },
}
