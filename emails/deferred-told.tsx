import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

/** For staff: what a request left for later is erased, or a person has to look at it. */
export const deferredTold: MailTemplate<'deferred_told'> = {
  subject: ({ reference, why }, { t }) => t(`deferredTold.${why}.subject`, { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t(`deferredTold.${props.why}.title`)}
        lead={t(`deferredTold.${props.why}.lead`)}
        reference={props.reference}
        action={{ url: props.url, label: t('deferredTold.action') }}
      >
        <Paragraph>{t('deferredTold.rows', { count: props.rows })}</Paragraph>
      </Letter>
    )
  },
}
