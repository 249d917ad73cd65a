import type { ReactElement } from 'react'
import type { MailName, MailProps } from './props'
import type { Words } from './words'

/** One mail: its subject line, and its body as react-email components. Both take data and the words of one language. */
export type MailTemplate<Name extends MailName> = {
  subject: (props: MailProps[Name], words: Words) => string
  Body: (given: { props: MailProps[Name]; words: Words }) => ReactElement
}
