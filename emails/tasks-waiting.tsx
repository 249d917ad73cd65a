import { Letter } from './letter'
import { Listing, Paragraph } from './parts'
import type { MailTemplate } from './template'

export const tasksWaiting: MailTemplate<'tasks_waiting'> = {
  subject: ({ tasks, more }, { t }) => t('tasksWaiting.subject', { count: tasks.length + more }),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('tasksWaiting.title')}
        lead={t('tasksWaiting.lead', { count: props.tasks.length + props.more })}
        action={{ url: props.url, label: t('tasksWaiting.action') }}
      >
        <Listing
          columns={[t('tasksWaiting.place'), t('fact.reference'), t('tasksWaiting.since')]}
          rows={props.tasks.map(({ place, reference, openOn }) => [place, reference, words.shortDay(openOn)])}
        />
        {props.more > 0 ? <Paragraph>{t('tasksWaiting.more', { count: props.more })}</Paragraph> : null}
      </Letter>
    )
  },
}
