import { Letter } from './letter'
import { Paragraph, Subheading, Typed } from './parts'
import type { MailTemplate } from './template'

/** The desk had written something down wrongly: what it is now, and the date that follows from it. */
export const corrected: MailTemplate<'corrected'> = {
  subject: ({ reference }, { t }) => t('corrected.subject', { reference }),
  Body: ({ props, words }) => {
    const { t, day } = words
    const due = day(props.dueOn)
    return (
      <Letter
        words={words}
        title={t('corrected.title')}
        name={props.name}
        lead={t(`corrected.lead.${props.why}`, { due, asked: t(`asked.${props.kind}`) })}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        {props.earlierDueOn !== props.dueOn && (
          <Paragraph>{t('corrected.before', { due: day(props.earlierDueOn) })}</Paragraph>
        )}
        <Subheading>{t('corrected.why')}</Subheading>
        <Typed text={props.reason} />
      </Letter>
    )
  },
}
