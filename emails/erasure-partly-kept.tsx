import { ErasedAndKept } from './erased-and-kept'
import { Letter } from './letter'
import { Remedies } from './remedies'
import type { MailTemplate } from './template'

export const erasurePartlyKept: MailTemplate<'erasure_partly_kept'> = {
  subject: ({ reference }, { t }) => t('erasure.partly.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('erasure.partly.title')}
        name={props.name}
        lead={t('erasure.partly.lead')}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <ErasedAndKept erased={props.erased} kept={props.kept} words={words} />
        <Remedies words={words} />
      </Letter>
    )
  },
}
