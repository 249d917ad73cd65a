import { ErasedAndKept } from './erased-and-kept'
import { Letter } from './letter'
import { Paragraph, Subheading, Typed } from './parts'
import { Remedies } from './remedies'
import type { MailTemplate } from './template'

/** The request was closed though it could not be carried out everywhere: says what did not happen before what did. */
export const partlyCarriedOut: MailTemplate<'partly_carried_out'> = {
  subject: ({ reference }, { t }) => t('partly.subject', { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('partly.title')}
        name={props.name}
        lead={t('partly.lead')}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <Subheading>{t('partly.not')}</Subheading>
        <Paragraph>{t('partly.places', { count: props.notDone, places: props.places })}</Paragraph>
        <Typed text={props.explanation} />
        <ErasedAndKept erased={props.erased} kept={props.kept} words={words} />
        <Remedies words={words} />
      </Letter>
    )
  },
}
