import { Listing, Paragraph, Subheading } from './parts'
import type { MailProps } from './props'
import type { Words } from './words'

type Answer = Pick<MailProps['erasure_completed'], 'erased' | 'kept'>

/** What is gone and what stays, why and until when, in the subject's words: labels, never names of tables. */
export function ErasedAndKept({ erased, kept, words }: Answer & { words: Words }) {
  const { t, has, day } = words
  // A reason of the plan has a sentence of its own; another one is text from the data map.
  const why = (reason: string, until: string | null) => {
    const because = (has(`keptReason.${reason}`) ? t(`keptReason.${reason}`) : reason).trim().replace(/\.$/, '')
    return until ? t('erasure.keptUntil', { because, until: day(until) }) : t('erasure.keptWhile', { because })
  }
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
            columns={[t('erasure.what'), t('erasure.why')]}
            rows={kept.map(({ label, reason, until }) => [label, why(reason, until)])}
          />
          <Paragraph>{t('erasure.onlyFor')}</Paragraph>
        </>
      )}
    </>
  )
}
