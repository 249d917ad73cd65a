import { Temporal } from 'temporal-polyfill'
import type { DataMap } from '~/systems/data-map'
import type { RunSystemRow } from './run-records.server'

export type CertificateLanguage = 'nl' | 'en'

const otherCopy = { nl: 'Andere kopie', en: 'Other copy' }
export const backupWord = { nl: 'Reservekopie', en: 'Backup' }

/** A copy that the erasure can't reach. `lastDay`: the last day on which it can hold the data; null: not known. */
export interface Remaining {
  readonly what: string
  readonly lastDay: string | null
}

/**
 * Backups and copies of one system: one that was made just before the erasure lives on for the whole of its term, counted
 * from the day of the erasure.
 */
export function remainingOf(
  row: RunSystemRow,
  map: DataMap | undefined,
  zone: string,
  language: CertificateLanguage,
): Remaining[] {
  if (!map || row.state === 'nothing_found') return []
  const day = row.executedAt?.toZonedDateTimeISO(zone).toPlainDate()
  const after = (term: string | null) =>
    day && term !== null ? day.add(Temporal.Duration.from(term)).toString() : null
  return [
    { what: backupWord[language], lastDay: after(map.backups.kept) },
    ...map.copies.map((copy) => ({ what: copy.what[language] ?? otherCopy[language], lastDay: after(copy.goneAfter) })),
  ]
}
