import { DueCase } from './due-case'
import type { MailTemplate } from './template'

export const watchedCase: MailTemplate<'watched_case'> = {
  subject: ({ reference, kind, dueOn, why }, { t, day }) =>
    t(`watched.case.${why}.subject`, { reference, kind: t(`kind.${kind}`), due: day(dueOn) }),
  Body: ({ props, words }) => (
    <DueCase
      props={props}
      words={words}
      title={words.t(`watched.case.${props.why}.title`)}
      lead={words.t(`watched.case.${props.why}.lead`)}
    />
  ),
}
