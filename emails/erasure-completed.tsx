import { ErasedAndKept } from './erased-and-kept'
import { Letter } from './letter'
import { Remedies } from './remedies'
import type { MailTemplate } from './template'

export const erasureCompleted: MailTemplate<'erasure_completed'> = {
  subject: ({ reference, nothingFound }, { t }) =>
    t(nothingFound ? 'erasure.nothing.subject' : 'erasure.completed.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    const outcome = props.nothingFound ? 'nothing' : 'completed'
    return (
      <Letter
        words={words}
        title={t(`erasure.${outcome}.title`)}
        name={props.name}
        lead={t(`erasure.${outcome}.lead`)}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <ErasedAndKept erased={props.erased} kept={props.kept} words={words} />
        {(props.nothingFound || props.kept.length > 0) && <Remedies words={words} />}
      </Letter>
    )
  },
}
