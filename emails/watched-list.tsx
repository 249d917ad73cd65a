import { Listing, Paragraph } from './parts'
import type { MailProps } from './props'
import type { Words } from './words'

type WatchedListProps = Pick<MailProps['watched_cases'], 'cases' | 'more'> & { words: Words }

/** Cases that staff are told of: which, of what kind, until when, why. Never whose. */
export function WatchedList({ cases, more, words }: WatchedListProps) {
  const { t, shortDay } = words
  if (cases.length === 0) return null
  return (
    <>
      <Listing
        columns={[t('fact.reference'), t('fact.kind'), t('watched.due'), t('watched.reason')]}
        rows={cases.map(({ reference, kind, dueOn, why }) => [
          reference,
          t(`kind.${kind}`),
          shortDay(dueOn),
          t(`watched.why.${why}`),
        ])}
      />
      {more > 0 && <Paragraph>{t('watched.more', { count: more })}</Paragraph>}
    </>
  )
}
