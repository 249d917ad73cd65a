import { Letter } from './letter'
import { Facts } from './parts'
import type { MailTemplate } from './template'

export const agreementReview: MailTemplate<'agreement_review'> = {
  subject: ({ why }, { t }) => t(`agreementReview.${why}.subject`),
  Body: ({ props, words }) => {
    const { t, day } = words
    return (
      <Letter
        words={words}
        title={t(`agreementReview.${props.why}.title`)}
        lead={t(`agreementReview.${props.why}.lead`, { system: props.system })}
        action={{ url: props.url, label: t('mapDrift.action') }}
      >
        <Facts
          rows={[
            [t('fact.systems'), props.system],
            [t('agreementReview.reviewOn'), day(props.reviewOn)],
          ]}
        />
      </Letter>
    )
  },
}
