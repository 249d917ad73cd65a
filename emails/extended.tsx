import { Letter } from './letter'
import { Facts, Paragraph, Subheading, Typed } from './parts'
import { Remedies } from './remedies'
import type { MailTemplate } from './template'

/** GDPR art. 12(3): the subject is told of an extension with its reasons; a complaint about it is open to them. */
export const extended: MailTemplate<'extended'> = {
  subject: ({ reference }, { t }) => t('extended.subject', { reference }),
  Body: ({ props, words }) => {
    const { t, day } = words
    return (
      <Letter
        words={words}
        title={t('extended.title')}
        name={props.name}
        lead={t('extended.lead', { due: day(props.newDueOn) })}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <Subheading>{t('extended.why')}</Subheading>
        <Typed text={props.reasons} />
        <Facts
          rows={[
            [t('fact.reference'), props.reference],
            [t('fact.newDue'), day(props.newDueOn)],
          ]}
        />
        <Paragraph>{t('extended.law')}</Paragraph>
        <Remedies words={words} />
      </Letter>
    )
  },
}
