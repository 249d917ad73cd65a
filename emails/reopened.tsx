import { Letter } from './letter'
import { Typed } from './parts'
import type { MailTemplate } from './template'

/** `reason`: why, in the words of staff. */
export const reopened: MailTemplate<'reopened'> = {
  subject: ({ reference }, { t }) => t('reopened.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('reopened.title')}
        name={props.name}
        lead={t('reopened.lead', { asked: t(`asked.${props.kind}`) })}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <Typed text={props.reason} />
      </Letter>
    )
  },
}
