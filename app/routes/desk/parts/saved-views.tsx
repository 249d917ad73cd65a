import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import type { QueuePageData } from '../queue-page.server'

type SavedViewsProps = Pick<QueuePageData, 'saved' | 'parameters'>

/** The reader's own views, and the way to keep what is shown as one. */
export function SavedViews({ saved, parameters }: SavedViewsProps) {
  const t = useTexts()
  const isKept = saved.some((view) => view.parameters === parameters)
  return (
    <div className="own-views">
      {saved.length > 0 ? (
        <nav aria-label={t('views:title')}>
          <ul className="views">
            {saved.map((view) => (
              <li key={view.id}>
                <a
                  href={`/desk/queue?${view.parameters}`}
                  aria-current={view.parameters === parameters ? 'page' : undefined}
                >
                  {view.name}{' '}
                  <span className="count">{view.more ? t('views:more', { count: view.count }) : view.count}</span>
                </a>
              </li>
            ))}
            <li>
              <a href="/desk/queue/views">{t('views:manage')}</a>
            </li>
          </ul>
        </nav>
      ) : null}
      {parameters !== '' && !isKept ? (
        <form className="filters" method="post" action="/desk/queue/views">
          <Csrf />
          <input type="hidden" name="view" value="" />
          <input type="hidden" name="parameters" value={parameters} />
          <label>
            <span>{t('views:keepAs')}</span>
            <input className="input" name="name" maxLength={60} />
          </label>
          <button className="button button-quiet">{t('views:keep')}</button>
        </form>
      ) : null}
    </div>
  )
}
