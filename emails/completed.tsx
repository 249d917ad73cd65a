import { Letter } from './letter'
import { Typed } from './parts'
import { Remedies } from './remedies'
import type { MailTemplate } from './template'

/** An answer in the words of staff. It may give less than was asked, so it always names the remedies. */
export const completed: MailTemplate<'completed'> = {
  subject: ({ reference }, { t }) => t('completed.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('completed.title')}
        name={props.name}
        lead={t('completed.lead', { asked: t(`asked.${props.kind}`) })}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        {props.answer.trim() && <Typed text={props.answer} />}
        <Remedies words={words} />
      </Letter>
    )
  },
}
