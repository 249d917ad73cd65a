import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { QueuePageData } from '../queue-page.server'
import { mergeRows } from './merge-rows'
import type { RowMark } from './merge-rows'
import { useQueueNews } from './queue-news'

/** However much happens, the list is asked for at most so often, in milliseconds. */
const pause = 1_500

export type LiveQueue = {
  page: QueuePageData
  marks: Record<string, RowMark>
  /** How many rows are not shown, and how many changed in what is. */
  news: { added: number; changed: number }
  /** Shows the list as it is now. */
  show: () => void
}

/** The queue as it was read, with what changed in its rows meanwhile; no row moves until the reader asks. */
export function useLiveQueue(loaded: QueuePageData): LiveQueue {
  const [shown, setShown] = useState({ loaded, page: loaded })
  const [now, setNow] = useState<QueuePageData | null>(null)
  const [told, setTold] = useState<ReadonlySet<string>>(new Set())
  const ask = useQueueAsk(useCallback((page: QueuePageData) => setNow(page), []))
  useQueueNews((news) => {
    if (news !== 'missed') setTold((before) => new Set([...before, ...news.map(({ reference }) => reference)]))
    ask()
  })
  const base = shown.loaded === loaded ? shown.page : loaded
  const merged = useMemo(() => now && mergeRows(base, now, told), [base, now, told])
  const show = () => {
    if (now) setShown({ loaded, page: now })
    setNow(null)
    setTold(new Set())
  }
  if (!now || !merged) return { page: base, marks: {}, news: { added: 0, changed: 0 }, show }
  return {
    page: { ...base, rows: merged.rows, counts: now.counts, saved: now.saved, today: now.today },
    marks: merged.marks,
    news: { added: merged.added, changed: Object.keys(merged.marks).length },
    show,
  }
}

/** Asks what this address shows now, and at most every so often. What can't be had is left: the page stays as it was. */
function useQueueAsk(answer: (page: QueuePageData) => void): () => void {
  const timer = useRef<number | undefined>(undefined)
  const last = useRef(-pause)
  useEffect(() => () => window.clearTimeout(timer.current), [])
  return useCallback(() => {
    if (timer.current !== undefined) return
    const wait = Math.max(0, last.current + pause - performance.now())
    timer.current = window.setTimeout(() => {
      timer.current = undefined
      last.current = performance.now()
      void fetchQueue().then((page) => page && answer(page))
    }, wait)
  }, [answer])
}

async function fetchQueue(): Promise<QueuePageData | null> {
  try {
    const response = await fetch(`/desk/queue/rows${window.location.search}`, { redirect: 'error' })
    return response.ok ? ((await response.json()) as QueuePageData) : null
  } catch {
    // Offline, or signed out.
    return null
  }
}
