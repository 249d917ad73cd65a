import { ErasedAndKept } from './erased-and-kept'
import { Letter } from './letter'
import type { MailTemplate } from './template'

/** What was kept for a term is erased now that the term is over. */
export const keptErased: MailTemplate<'kept_erased'> = {
  subject: ({ reference }, { t }) => t('keptErased.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('keptErased.title')}
        name={props.name}
        lead={t('keptErased.lead')}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <ErasedAndKept erased={props.erased} kept={[]} words={words} />
      </Letter>
    )
  },
}
