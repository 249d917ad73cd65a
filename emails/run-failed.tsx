import { Letter } from './letter'
import { Facts, Paragraph } from './parts'
import type { MailTemplate } from './template'

export const runFailed: MailTemplate<'run_failed'> = {
  subject: ({ reference }, { t }) =>
    reference ? t('runFailed.subject', { reference }) : t('runFailed.subjectByItself'),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('runFailed.title')}
        lead={t('runFailed.lead', { count: props.systems.length })}
        {...(props.reference && { reference: props.reference })}
        action={{ url: props.url, label: t(props.reference ? 'action.case' : 'runFailed.action') }}
      >
        <Facts
          rows={[
            ...(props.reference ? [[t('fact.reference'), props.reference] as [string, string]] : []),
            [t('fact.systems'), props.systems.join(', ')],
          ]}
        />
        <Paragraph>{t(props.again ? 'runFailed.again' : 'runFailed.next')}</Paragraph>
      </Letter>
    )
  },
}
