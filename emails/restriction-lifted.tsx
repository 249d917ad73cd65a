import { Letter } from './letter'
import { Typed } from './parts'
import { Remedies } from './remedies'
import type { MailTemplate } from './template'

/** The subject is told before restricted data is used again (GDPR art. 18(3)). */
export const restrictionLifted: MailTemplate<'restriction_lifted'> = {
  subject: ({ reference }, { t }) => t('lifted.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('lifted.title')}
        name={props.name}
        lead={t('lifted.lead')}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <Typed text={props.explanation} />
        <Remedies words={words} />
      </Letter>
    )
  },
}
