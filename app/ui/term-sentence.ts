import { Temporal } from 'temporal-polyfill'
import type { Translate } from '~/locales/translate'
import { shortDate } from './dates'
import { termGeometry } from './term-geometry'
import type { Term } from './term-geometry'

/** The term bar in one sentence: "ontvangen vr 30 jan, nog 12 dagen, uiterlijk ma 2 mrt". */
export function termSentence(term: Term, t: Translate): string {
  const { urgency, daysLeft, over } = termGeometry(term)
  const year = Temporal.PlainDate.from(term.today).year
  const date = (on: string) => shortDate(on, t, year)
  const isPausedNow = !term.closedOn && term.pauses?.some((pause) => pause.untilOn === null)
  return [
    t('term:received', { date: date(term.receivedOn) }),
    isPausedNow ? t('term:paused') : '',
    term.extendedFrom ? t('term:extended') : '',
    urgency === 'closed' ? t('term:closed', { date: date(term.closedOn ?? term.today) }) : leftInWords(daysLeft, t),
    // What was closed in time needs no word of its due date; what was late says so.
    urgency === 'closed' && !over ? '' : t(over ? 'term:wasDue' : 'term:due', { date: date(term.dueOn) }),
  ]
    .filter(Boolean)
    .join(', ')
}

/** "nog 12 dagen", "vandaag", "3 dagen te laat". */
export function leftInWords(daysLeft: number, t: Translate): string {
  if (daysLeft === 0) return t('term:dueToday')
  return daysLeft > 0 ? t('term:left', { count: daysLeft }) : t('term:late', { count: -daysLeft })
}
