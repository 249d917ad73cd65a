import { Temporal } from 'temporal-polyfill'
import type { Language } from '~db/words/kinds'
import { hasMailText, mailTexts, type Translate } from './translate'

/** What a mail says about the organisation that sends it; `zone` is an IANA name, `accent` is `#rrggbb`. */
export type Sender = {
  name: string
  accent: string
  contact: string
  privacyOfficer: string
  authority: string
  kind: 'private' | 'public'
  zone: string
}

/** Everything that a template needs to speak one language. */
export type Words = {
  language: Language
  sender: Sender
  /** The day on which the mail was written, in the sender's zone. */
  today: Temporal.PlainDate
  t: Translate
  has: (key: string) => boolean
  /** On paper nothing can be pressed, and the head of the letter says what a mail's foot does. */
  paper: boolean
  /** `2026-03-02` as `maandag 2 maart 2026`. */
  day: (date: string) => string
  /** `2026-03-02` as `ma 2 mrt`. */
  shortDay: (date: string) => string
  /** An RFC 3339 instant as day and time in the sender's zone. */
  moment: (instant: string) => string
}

const locales = { nl: 'nl-NL', en: 'en-GB' } as const

export function wordsFor(language: Language, sender: Sender, sentAt: Temporal.Instant): Words {
  const locale = locales[language]
  const t = mailTexts(language)
  // Versions of ICU differ about the comma after an English weekday.
  const written = (date: Temporal.PlainDate, length: 'long' | 'short') =>
    date
      .toLocaleString(locale, {
        weekday: length,
        day: 'numeric',
        month: length,
        ...(length === 'long' && { year: 'numeric' }),
      })
      .replace(',', '')
  const day = (date: string) => written(Temporal.PlainDate.from(date), 'long')
  return {
    language,
    sender,
    today: sentAt.toZonedDateTimeISO(sender.zone).toPlainDate(),
    t,
    has: (key) => hasMailText(language, key),
    paper: false,
    day,
    shortDay: (date) => written(Temporal.PlainDate.from(date), 'short'),
    moment: (instant) => {
      const local = Temporal.Instant.from(instant).toZonedDateTimeISO(sender.zone)
      const time = local.toPlainTime().toString({ smallestUnit: 'minute' })
      return t('moment', { day: day(local.toPlainDate().toString()), time })
    },
  }
}
