import { Listing, Paragraph, Subheading } from './parts'
import type { MailProps } from './props'
import type { Words } from './words'

type Answer = Pick<MailProps['erasure_completed'], 'erased' | 'kept'>

/** What is gone and what stays, why and until when, in the subject's words: labels, never names of tables. */
export function ErasedAndKept({ erased, kept, words }: Answer & { words: Words }) {
  const { t, has, day } = words
  // A reason of the plan has a sentence of its own; another one is text from the data map.
  const why = (reason: string) => (has(`keptReason.${reason}`) ? t(`keptReason.${reason}`) : reason)
  return (
    <>
      {erased.length > 0 && (
        <>
          <Subheading>{t('erasure.erased')}</Subheading>
          <Listing
            columns={[t('erasure.what'), t('erasure.rows')]}
            rows={erased.map(({ label, rows }) => [label, String(rows)])}
          />
        </>
      )}
      {kept.length > 0 && (
        <>
          <Subheading>{t('erasure.kept')}</Subheading>
          <Listing
            columns={[t('erasure.what'), t('erasure.why'), t('erasure.until')]}
            rows={kept.map(({ label, reason, until }) => [label, why(reason), until ? day(until) : t('erasure.noEnd')])}
          />
          <Paragraph>{t('erasure.onlyFor')}</Paragraph>
        </>
      )}
    </>
  )
}
