import { Letter } from './letter'
import { Facts } from './parts'
import type { MailProps } from './props'
import type { Words } from './words'

type DueCaseProps = { props: MailProps['assigned']; words: Words; title: string; lead: string }

/** A case that staff are told about: which, of what kind, until when. Never whose. */
export function DueCase({ props, words, title, lead }: DueCaseProps) {
  const { t, day } = words
  return (
    <Letter
      words={words}
      title={title}
      lead={lead}
      reference={props.reference}
      action={{ url: props.url, label: t('action.case') }}
    >
      <Facts
        rows={[
          [t('fact.reference'), props.reference],
          [t('fact.kind'), t(`kind.${props.kind}`)],
          [t('fact.dueStaff'), day(props.dueOn)],
        ]}
      />
    </Letter>
  )
}
