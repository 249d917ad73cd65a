import { Temporal } from 'temporal-polyfill'
import { urgencyOf } from '~/deadlines/days-left'
import { shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { leftInWords } from '~/ui/term-sentence'

type DueProps = { dueOn: string; today: string; closedOn: string | null; workingDays?: number | null }

/** How much time is left, in words; colour only repeats them. A month over Christmas looks longer than it is, hence the working days. */
export function DueWords({ dueOn, today, closedOn, workingDays = null }: DueProps) {
  const t = useTexts()
  if (closedOn) return <span className="due soft">{t('desk:due.closed', { date: shortDate(closedOn, t) })}</span>
  const [due, now] = [Temporal.PlainDate.from(dueOn), Temporal.PlainDate.from(today)]
  const days = now.until(due, { largestUnit: 'days' }).days
  const urgency = urgencyOf(due, now)
  return (
    <span className="due" data-urgency={urgency}>
      {leftInWords(days, t)}
      {urgency === 'this_week' ? `, ${t('desk:due.thisWeek')}` : null}
      {workingDays !== null && workingDays > 0 && urgency === 'later' ? (
        <span className="soft"> {t('desk:due.working', { count: workingDays })}</span>
      ) : null}
    </span>
  )
}
