import { Letter } from './letter'
import { Facts } from './parts'
import type { MailTemplate } from './template'

export const approvalNeeded: MailTemplate<'approval_needed'> = {
  subject: ({ reference }, { t }) => t('approvalNeeded.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('approvalNeeded.title')}
        lead={t('approvalNeeded.lead')}
        reference={props.reference}
        action={{ url: props.url, label: t('approvalNeeded.action') }}
      >
        <Facts
          rows={[
            [t('fact.reference'), props.reference],
            [t('fact.planRows'), String(props.planRows)],
          ]}
        />
      </Letter>
    )
  },
}
