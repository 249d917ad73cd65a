import { Letter } from './letter'
import { Facts } from './parts'
import type { MailTemplate } from './template'
import { WatchedList } from './watched-list'

export const staffDigest: MailTemplate<'staff_digest'> = {
  subject: ({ overdue, today, week }, { t }) => t('staffDigest.subject', { overdue, today, week }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('staffDigest.title')}
        lead={t(props.overdue > 0 ? 'staffDigest.leadOverdue' : 'staffDigest.lead', { count: props.overdue })}
        action={{ url: props.url, label: t('staffDigest.action') }}
      >
        <WatchedList cases={props.cases} more={props.more} words={words} />
        <Facts
          rows={[
            [t('fact.overdue'), String(props.overdue)],
            [t('fact.today'), String(props.today)],
            [t('fact.week'), String(props.week)],
            ...(['waiting', 'approval', 'unassigned'] as const)
              .filter((which) => props[which] > 0)
              .map((which): [string, string] => [t(`fact.${which}`), String(props[which])]),
          ]}
        />
      </Letter>
    )
  },
}
