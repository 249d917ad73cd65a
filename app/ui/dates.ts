import { Temporal } from 'temporal-polyfill'
import type { Translate } from '~/locales/translate'

// Names come from the locale files, not from Intl: server and browser may carry other editions of its data.

/** `maandag 2 maart 2026` / `Monday 2 March 2026`: how the portal and mails write a date. `on`: ISO 8601 day. */
export function dateInWords(on: string, t: Translate): string {
  const date = Temporal.PlainDate.from(on)
  return `${t(`dates:weekday.${date.dayOfWeek}`)} ${date.day} ${t(`dates:month.${date.month}`)} ${date.year}`
}

/** `ma 2 mrt`, with the year when it is not `yearKnown`. */
export function shortDate(on: string, t: Translate, yearKnown?: number): string {
  const date = Temporal.PlainDate.from(on)
  const words = `${t(`dates:weekdayShort.${date.dayOfWeek}`)} ${date.day} ${t(`dates:monthShort.${date.month}`)}`
  return yearKnown === date.year ? words : `${words} ${date.year}`
}

/** The day and time of an instant (RFC 3339) in a zone (IANA name): `ma 2 mrt 2026, 14:05`. */
export function momentInWords(at: string, zone: string, t: Translate): string {
  const zoned = Temporal.Instant.from(at).toZonedDateTimeISO(zone)
  const time = `${String(zoned.hour).padStart(2, '0')}:${String(zoned.minute).padStart(2, '0')}`
  return `${shortDate(zoned.toPlainDate().toString(), t)}, ${time}`
}
