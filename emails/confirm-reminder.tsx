import { Letter } from './letter'
import { Facts, Paragraph } from './parts'
import type { MailTemplate } from './template'

export const confirmReminder: MailTemplate<'confirm_reminder'> = {
  subject: ({ cases }, { t }) => t('confirmReminder.subject', { reference: cases[0]?.reference ?? '' }),
  Body: ({ props, words }) => {
    const { t, day } = words
    return (
      <Letter
        words={words}
        title={t('confirmReminder.title')}
        lead={t('confirmReminder.lead')}
        action={{ url: props.url, label: t('confirmReminder.action') }}
      >
        <Facts
          rows={[
            ...props.cases.map(({ reference, kind }): [string, string] => [reference, t(`asked.${kind}`)]),
            [t('fact.received'), day(props.receivedOn)],
          ]}
        />
        <Paragraph>{t('confirmReminder.how')}</Paragraph>
        <Paragraph>{t('confirmReminder.until', { date: day(props.expiresOn) })}</Paragraph>
        <Paragraph>{t('confirmReminder.notYou')}</Paragraph>
      </Letter>
    )
  },
}
