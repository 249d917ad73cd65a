import { Temporal } from 'temporal-polyfill'
import type { LanguageCode, Translate } from '~/locales/translate'
import type { PackageTable } from './contents'
import { ownSystem } from './contents'

type LocalText = Readonly<Record<string, string>> | null

/** A text of a data map in a language; the other language where it lacks one; null where there is none. */
export function inLanguage(text: LocalText, language: LanguageCode): string | null {
  return text?.[language] ?? text?.['nl'] ?? text?.['en'] ?? null
}

/** `maandag 2 maart 2026` / `Monday 2 March 2026`. */
export function dayInWords(on: Temporal.PlainDate, t: Translate): string {
  return `${t(`dates:weekday.${on.dayOfWeek}`)} ${on.day} ${t(`dates:month.${on.month}`)} ${on.year}`
}

export function tableLabel(table: PackageTable, language: LanguageCode): string {
  return inLanguage(table.label, language) ?? table.table
}

export function systemLabel(table: PackageTable, t: Translate): string {
  return table.system === ownSystem ? t('packages:systemOwn') : table.system
}

/** How long the data of a table is kept, one line a term. */
export function termsInWords(table: PackageTable, language: LanguageCode, t: Translate): string[] {
  const basisOf = (basis: LocalText) => inLanguage(basis, language) ?? t('packages:unknown')
  const lines = [
    ...table.keptFor.map(({ term, basis }) =>
      t('packages:termKept', { term: durationInWords(term ?? 'P0D', t), basis: basisOf(basis) }),
    ),
    ...table.deletedAfter.map(({ term, basis }) =>
      term
        ? t('packages:termDeleted', { term: durationInWords(term, t), basis: basisOf(basis) })
        : t('packages:termEvent', { basis: basisOf(basis) }),
    ),
  ]
  return lines.length > 0 ? lines : [t('packages:termUntil')]
}

/** An ISO 8601 duration of years, months, weeks and days in words. */
export function durationInWords(term: string, t: Translate): string {
  const duration = Temporal.Duration.from(term)
  const units = ['years', 'months', 'weeks', 'days'] as const
  const words = units
    .filter((unit) => duration[unit] !== 0)
    .map((unit) => t(`packages:duration.${unit}`, { count: duration[unit] }))
  return words.join(', ') || t('packages:duration.days', { count: 0 })
}

export function recipientsInWords(table: PackageTable, language: LanguageCode, t: Translate): string[] {
  return table.recipients.map(({ name, label, country }) => {
    const more = [inLanguage(label, language), country ? t('packages:country', { country }) : null].filter(
      (word) => word && word !== name,
    )
    return more.length > 0 ? `${name} (${more.join(', ')})` : name
  })
}

/** A name that is safe in a zip on every system: `07-crm-service-tickets`. */
export function fileName(place: number, table: PackageTable): string {
  const safe = (text: string) =>
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40) || 'x'
  return `${String(place + 1).padStart(2, '0')}-${safe(table.system)}-${safe(table.table)}`
}
