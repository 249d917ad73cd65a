import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

export const merged: MailTemplate<'merged'> = {
  subject: ({ reference }, { t }) => t('merged.subject', { reference }),
  Body: ({ props, words }) => {
    const { t, day } = words
    return (
      <Letter
        words={words}
        title={t('merged.title')}
        name={props.name}
        lead={t('merged.lead', { into: props.into, due: day(props.dueOn) })}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <Paragraph>{t('merged.why', { reference: props.reference })}</Paragraph>
      </Letter>
    )
  },
}
