import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

export const withdrawn: MailTemplate<'withdrawn'> = {
  subject: ({ reference }, { t }) => t('withdrawn.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('withdrawn.title')}
        name={props.name}
        lead={t('withdrawn.lead', { asked: t(`asked.${props.kind}`) })}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <Paragraph>{t('withdrawn.again')}</Paragraph>
      </Letter>
    )
  },
}
