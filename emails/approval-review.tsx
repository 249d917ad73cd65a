import { Letter } from './letter'
import { Facts } from './parts'
import type { MailTemplate } from './template'

export const approvalReview: MailTemplate<'approval_review'> = {
  subject: ({ reference, why }, { t }) => t(`approvalReview.${why}.subject`, { reference }),
  Body: ({ props, words }) => {
    const { t, day } = words
    const { reference, why, approver } = props
    return (
      <Letter
        words={words}
        title={t(`approvalReview.${why}.title`)}
        lead={t(`approvalReview.${why}.lead`, { name: approver })}
        reference={reference}
        action={{ url: props.url, label: t('approvalReview.action') }}
      >
        <Facts
          rows={[
            [t('fact.reference'), reference],
            [t('fact.planRows'), String(props.planRows)],
            [t('approvalReview.reviewBy'), day(props.reviewOn)],
          ]}
        />
      </Letter>
    )
  },
}
