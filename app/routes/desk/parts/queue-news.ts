import { useEffect, useRef } from 'react'
import type { QueueNews } from '~/requests/queue-news.server'

/** So long after the line was refused the page tries again, in milliseconds. */
const tryAgain = 30_000

/**
 * Calls `hear` with what the desk's server tells of the queue, or `missed` when something may have been missed. Only while
 * the page is to be seen: a browser has but six lines to a server. Without a line the page stays as it was read.
 */
export function useQueueNews(hear: (news: QueueNews[] | 'missed') => void): void {
  const latest = useRef(hear)
  useEffect(() => {
    latest.current = hear
  })
  useEffect(() => keepListening((news) => latest.current(news)), [])
}

function keepListening(hear: (news: QueueNews[] | 'missed') => void): () => void {
  let source: EventSource | undefined
  let later: number | undefined
  let hasMissed = false
  let isOver = false
  const close = () => {
    source?.close()
    source = undefined
    window.clearTimeout(later)
    hasMissed = true
  }
  const open = () => {
    const line = new EventSource('/desk/queue/events')
    source = line
    line.onopen = () => {
      if (hasMissed) hear('missed')
      hasMissed = true
    }
    line.addEventListener('news', (event: MessageEvent<string>) =>
      hear((JSON.parse(event.data) as { news: QueueNews[] }).news),
    )
    line.addEventListener('missed', () => hear('missed'))
    line.addEventListener('ended', () => {
      isOver = true
      close()
    })
    line.onerror = () => {
      // Refused; a line that only broke is opened again by the browser.
      if (line.readyState === EventSource.CLOSED) later = window.setTimeout(open, tryAgain)
    }
  }
  const follow = () => {
    close()
    if (!isOver && document.visibilityState === 'visible') open()
  }
  if (document.visibilityState === 'visible') open()
  document.addEventListener('visibilitychange', follow)
  return () => {
    document.removeEventListener('visibilitychange', follow)
    close()
  }
}
