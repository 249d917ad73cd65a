import { Letter } from './letter'
import type { MailTemplate } from './template'
import { WatchedList } from './watched-list'

export const watchedCases: MailTemplate<'watched_cases'> = {
  subject: ({ cases, more }, { t }) => t('watched.subject', { count: cases.length + more }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('watched.title')}
        lead={t('watched.lead', { count: props.cases.length + props.more })}
        action={{ url: props.url, label: t('staffDigest.action') }}
      >
        <WatchedList {...props} words={words} />
      </Letter>
    )
  },
}
