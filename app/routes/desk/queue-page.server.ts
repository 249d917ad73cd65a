import type { Database } from '~db/client'
import { findCalendar } from '~/deadlines/calendar'
import { daysLeft } from '~/deadlines/days-left'
import { dayOf } from '~/deadlines/pauses'
import { runProgress } from '~/erasure/run-progress.server'
import type { RequestContext } from '~/platform/context.server'
import { deskToday } from '~/requests/case-view.server'
import { countViews } from '~/requests/queue-counts.server'
import { filterParameters } from '~/requests/queue-views'
import { listQueue, searchQueue } from '~/requests/queue.server'
import { countSavedViews, countedAtMost, savedViewsOf } from '~/requests/saved-views.server'
import { staffNames } from '~/staff/accounts.server'
import type { QueueReader } from '~/requests/queue.server'
import { queueQueryIn } from './queue-query.server'

/** States in which a request has, or had, a run in the systems. */
const withRun: ReadonlySet<string> = new Set(['executing', 'completed', 'partially_completed'])

/** What an address of the queue shows to a reader: its rows, what stands beside them, and the counts of the views. */
export async function queuePage(
  { runtime }: Pick<RequestContext, 'runtime'>,
  staffId: string,
  searchParams: URLSearchParams,
) {
  const query = queueQueryIn(searchParams)
  const words = searchParams.get('q')?.trim() ?? ''
  const { organisation, today, zone } = await deskToday(runtime)
  const reader = { staffId, today }
  const [page, counts, calendar, saved] = await Promise.all([
    words
      ? searchQueue(runtime, words).then((rows) => ({ rows, next: null, previous: null }))
      : listQueue(runtime, query, reader),
    countViews(runtime.db, reader),
    findCalendar(organisation['organisation.calendar']),
    savedViews(runtime.db, reader),
  ])
  const [names, progress] = await Promise.all([
    staffNames(
      runtime.db,
      page.rows.map((row) => row.assigneeId),
    ),
    runProgress(
      runtime.db,
      page.rows.filter(({ state }) => withRun.has(state)).map(({ id }) => id),
    ),
  ])
  return {
    today: today.toString(),
    words,
    filters: {
      view: query.view,
      state: query.state ?? '',
      kind: query.kind ?? '',
      assignee: query.assignee ?? '',
      dueBefore: query.dueBefore?.toString() ?? '',
    },
    parameters: filterParameters(query).toString(),
    next: page.next,
    previous: page.previous,
    counts,
    saved,
    rows: page.rows.map((row) => ({
      reference: row.reference,
      version: row.version,
      kind: row.kind,
      state: row.state,
      subject: row.subject,
      receivedOn: row.receivedOn.toString(),
      dueOn: row.dueOn.toString(),
      strictDueOn: row.strictDueOn.toString(),
      closedOn: row.closedAt && dayOf(row.closedAt, zone).toString(),
      workingDays: calendar.ok ? daysLeft(row.dueOn, today, calendar.calendar).workingDays : null,
      assignee: row.assigneeId && (names.get(row.assigneeId) ?? null),
      progress: progress.get(row.id) ?? null,
    })),
  }
}

async function savedViews(db: Database, reader: QueueReader) {
  const views = await savedViewsOf(db, reader.staffId)
  const counts = await countSavedViews(db, views, reader)
  return views.map((view) => {
    const count = counts[view.id] ?? 0
    return { ...view, count: Math.min(count, countedAtMost), more: count > countedAtMost }
  })
}

export type QueuePageData = Awaited<ReturnType<typeof queuePage>>
export type ShownRow = QueuePageData['rows'][number]
