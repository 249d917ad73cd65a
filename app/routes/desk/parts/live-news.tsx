import { useTexts } from '~/ui/language'
import type { LiveQueue } from './live-queue'

/** What came meanwhile, said once to a screen reader, and the button that shows it. It lies over the page, so that nothing moves. */
export function LiveNews({ news, show }: Pick<LiveQueue, 'news' | 'show'>) {
  const t = useTexts()
  const said = [
    news.added > 0 ? t('live:queue.added', { count: news.added }) : null,
    news.changed > 0 ? t('live:queue.changed', { count: news.changed }) : null,
  ].filter(Boolean)
  return (
    <div className="live-bar" role="status" hidden={said.length === 0}>
      {said.length > 0 ? (
        <>
          <span>{said.join(', ')}</span>
          <button type="button" className="button" onClick={show}>
            {t('live:queue.show')}
          </button>
        </>
      ) : null}
    </div>
  )
}
