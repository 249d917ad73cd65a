import type { Database } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { queueChannel } from './queue-change.server'

/** A case that came into the queue, or one of it that changed; nothing personal. */
export type QueueNews = { kind: 'new' | 'changed'; reference: string }

/** Somebody who looks at the queue. `missed`: what happened meanwhile is unknown, look again. `stopped`: no more comes. */
export type QueueViewer = { staffId: string; heard(news: QueueNews): void; missed(): void; stopped(): void }

export type QueueListener = {
  /** From now on tells the viewer, beginning with the last seconds, so that nothing falls between the page and its line. Answers how to leave; null: this person has enough of them. */
  add(viewer: QueueViewer): (() => void) | null
  stop(): void
}

/** So long after a page was read its line is open, in milliseconds. */
const pageToLine = 10_000
const viewersOfOne = 20

const made = new WeakMap<Database, { listener: QueueListener; first: Promise<unknown>; isUp: () => boolean }>()

/**
 * Listens to the moves of every process on the database, over one connection of this one that comes back by itself; made
 * when the first asks. Answers null while the database does not.
 */
export async function listenToQueue({ db }: Pick<Runtime, 'db'>): Promise<QueueListener | null> {
  const kept = made.get(db) ?? openListener(db)
  made.set(db, kept)
  await kept.first
  return kept.isUp() ? kept.listener : null
}

/** Before the process ends: every line is told so, and no other begins. */
export function stopQueueNews({ db }: Pick<Runtime, 'db'>): void {
  made.get(db)?.listener.stop()
}

function openListener(db: Database) {
  const viewers = new Set<QueueViewer>()
  let recent: { at: number; news: QueueNews }[] = []
  let state: 'new' | 'up' | 'stopped' = 'new'
  const heard = (payload: string) => {
    const news = parseNews(payload)
    if (!news) return
    const at = performance.now()
    recent = [...recent.filter((one) => at - one.at < pageToLine), { at, news }]
    for (const viewer of viewers) viewer.heard(news)
  }
  const up = () => {
    // Not for the first time: the connection was lost for a while.
    if (state === 'up') for (const viewer of viewers) viewer.missed()
    if (state === 'new') state = 'up'
  }
  const listener: QueueListener = {
    add(viewer) {
      if ([...viewers].filter(({ staffId }) => staffId === viewer.staffId).length >= viewersOfOne) return null
      const since = performance.now() - pageToLine
      for (const { at, news } of recent) if (at >= since) viewer.heard(news)
      viewers.add(viewer)
      return () => viewers.delete(viewer)
    },
    stop() {
      state = 'stopped'
      for (const viewer of viewers) viewer.stopped()
    },
  }
  // What could not listen now does so when the connection comes back: `up` says when.
  const first = db.$client.listen(queueChannel, heard, up).catch(() => undefined)
  return { listener, first, isUp: () => state === 'up' }
}

function parseNews(payload: string): QueueNews | null {
  const [kind, reference] = payload.split(' ')
  return reference && (kind === 'new' || kind === 'changed') ? { kind, reference } : null
}
