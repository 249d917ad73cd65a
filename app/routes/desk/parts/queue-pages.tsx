import { useTexts } from '~/ui/language'

/** The way to the pages beside this one; a place in the queue, not a number. */
export function QueuePages({
  parameters,
  next,
  previous,
}: {
  parameters: string
  next: string | null
  previous: string | null
}) {
  const t = useTexts()
  if (!next && !previous) return null
  const to = (name: 'after' | 'before', place: string) => {
    const query = new URLSearchParams(parameters)
    query.set(name, place)
    return `/desk/queue?${query.toString()}`
  }
  return (
    <nav className="pages" aria-label={t('desk:queue.pages')}>
      {previous ? (
        <a rel="prev" href={to('before', previous)}>
          {t('desk:queue.previous')}
        </a>
      ) : null}
      {next ? (
        <a rel="next" href={to('after', next)}>
          {t('desk:queue.next')}
        </a>
      ) : null}
    </nav>
  )
}
