import { Letter } from './letter'
import { Facts, Paragraph } from './parts'
import type { MailTemplate } from './template'

/** To somebody who is asked about a case, first or again: which case and by when, nothing of the person. */
export const colleagueQuestion: MailTemplate<'colleague_question'> = {
  subject: ({ why, reference, answerOn }, { t, day }) =>
    t(`colleagueQuestion.${why}.subject`, { reference, due: day(answerOn) }),
  Body: ({ props, words }) => {
    const { t, day } = words
    return (
      <Letter
        words={words}
        title={t(`colleagueQuestion.${props.why}.title`)}
        lead={t(`colleagueQuestion.${props.why}.lead`, { due: day(props.answerOn) })}
        reference={props.reference}
        action={{ url: props.url, label: t('colleagueQuestion.action') }}
      >
        <Facts
          rows={[
            [t('fact.reference'), props.reference],
            [t('colleagueQuestion.answerOn'), day(props.answerOn)],
          ]}
        />
        <Paragraph>{t('colleagueQuestion.how')}</Paragraph>
        <Paragraph>{t('colleagueQuestion.notYou')}</Paragraph>
      </Letter>
    )
  },
}
