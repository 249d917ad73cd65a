import { Letter } from './letter'
import { Facts, Paragraph, Subheading } from './parts'
import { TermBar } from './term-bar'
import type { MailTemplate } from './template'

export const receipt: MailTemplate<'receipt'> = {
  subject: ({ reference }, { t }) => t('receipt.subject', { reference }),
  Body: ({ props, words }) => {
    const { t, day } = words
    const asked = props.objectionTo ? `asked.objection_${props.objectionTo}` : `asked.${props.kind}`
    return (
      <Letter
        words={words}
        title={t('receipt.title')}
        name={props.name}
        lead={t('receipt.lead', { due: day(props.dueOn) })}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <TermBar words={words} receivedOn={props.receivedOn} dueOn={props.dueOn} />
        <Facts
          rows={[
            [t('fact.reference'), props.reference],
            [t('fact.asked'), t(asked)],
            [t('fact.received'), day(props.receivedOn)],
            [t('fact.due'), day(props.dueOn)],
          ]}
        />
        <Subheading>{t('receipt.next.title')}</Subheading>
        <Paragraph>{t('receipt.next.text')}</Paragraph>
        <Subheading>{t('receipt.back.title')}</Subheading>
        <Paragraph>{t('receipt.back.text', { reference: props.reference })}</Paragraph>
      </Letter>
    )
  },
}
