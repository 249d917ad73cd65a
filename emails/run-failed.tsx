import { Letter } from './letter'
import { Facts, Paragraph } from './parts'
import type { MailTemplate } from './template'

export const runFailed: MailTemplate<'run_failed'> = {
  subject: ({ reference }, { t }) => t('runFailed.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('runFailed.title')}
        lead={t('runFailed.lead', { count: props.systems.length })}
        reference={props.reference}
        action={{ url: props.url, label: t('action.case') }}
      >
        <Facts
          rows={[
            [t('fact.reference'), props.reference],
            [t('fact.systems'), props.systems.join(', ')],
          ]}
        />
        <Paragraph>{t('runFailed.next')}</Paragraph>
      </Letter>
    )
  },
}
