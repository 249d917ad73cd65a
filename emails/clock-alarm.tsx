import { DueCase } from './due-case'
import type { MailTemplate } from './template'

/** Something about the clock of a case needs whoever works it, now. */
export const clockAlarm: MailTemplate<'clock_alarm'> = {
  subject: ({ reference, kind, dueOn, why }, { t, day }) =>
    t(`clockAlarm.${why}.subject`, { reference, kind: t(`kind.${kind}`), due: day(dueOn) }),
  Body: ({ props, words }) => (
    <DueCase
      props={props}
      words={words}
      title={words.t(`clockAlarm.${props.why}.title`)}
      lead={words.t(`clockAlarm.${props.why}.lead`)}
    />
  ),
}
