import { Letter } from './letter'
import { Facts, Paragraph } from './parts'
import { Remedies } from './remedies'
import type { MailTemplate } from './template'

export const expired: MailTemplate<'expired'> = {
  subject: ({ cases }, { t }) => t('expired.subject', { reference: cases[0]?.reference ?? '' }),
  Body: ({ props, words }) => {
    const { t, day } = words
    return (
      <Letter
        words={words}
        title={t('expired.title')}
        lead={t('expired.lead')}
        action={{ url: props.url, label: t('expired.action') }}
      >
        <Facts
          rows={[
            ...props.cases.map(({ reference, kind }): [string, string] => [reference, t(`asked.${kind}`)]),
            [t('fact.received'), day(props.receivedOn)],
          ]}
        />
        <Paragraph>{t('expired.again', { date: day(props.reviveUntil) })}</Paragraph>
        <Paragraph>{t('expired.notYou')}</Paragraph>
        <Remedies words={words} />
      </Letter>
    )
  },
}
