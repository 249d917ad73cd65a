import { Letter } from './letter'
import type { MailTemplate } from './template'

export const disowned: MailTemplate<'disowned'> = {
  subject: ({ reference }, { t }) => t('disowned.subject', { reference }),
  Body: ({ props, words }) => (
    <Letter
      words={words}
      title={words.t('disowned.title')}
      lead={words.t(`disowned.${props.why}`)}
      reference={props.reference}
      action={{ url: props.url, label: words.t('disowned.action') }}
    />
  ),
}
