import { queueViews } from '~/requests/queue-views'
import { useTexts } from '~/ui/language'
import type { QueuePageData } from '../queue-page.server'

/** The ways to look at the queue, each with how many cases stand in it. */
export function QueueViews({ counts, here }: { counts: QueuePageData['counts']; here: string | null }) {
  const t = useTexts()
  return (
    <nav aria-label={t('desk:queue.views')}>
      <ul className="views">
        {queueViews.map((view) => {
          const count = view === 'closed' ? null : counts[view]
          return (
            <li key={view} data-alarm={(view === 'overdue' && count) || undefined}>
              <a
                href={view === 'all' ? '/desk/queue' : `/desk/queue?view=${view}`}
                aria-current={here === view ? 'page' : undefined}
              >
                {t(`desk:view.${view}`)}
                {count === null ? null : <span className="count"> {count}</span>}
              </a>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
