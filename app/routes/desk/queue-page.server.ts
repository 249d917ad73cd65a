import { findCalendar } from '~/deadlines/calendar'
import { daysLeft } from '~/deadlines/days-left'
import { dayOf } from '~/deadlines/pauses'
import type { RequestContext } from '~/platform/context.server'
import { deskToday } from '~/requests/case-view.server'
import { countViews } from '~/requests/queue-counts.server'
import { filterParameters } from '~/requests/queue-views'
import { listQueue, searchQueue } from '~/requests/queue.server'
import { staffNames } from '~/staff/accounts.server'
import { queueQueryIn } from './queue-query.server'

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
  const [page, counts, calendar] = await Promise.all([
    words
      ? searchQueue(runtime, words).then((rows) => ({ rows, next: null, previous: null }))
      : listQueue(runtime, query, reader),
    countViews(runtime.db, reader),
    findCalendar(organisation['organisation.calendar']),
  ])
  const names = await staffNames(
    runtime.db,
    page.rows.map((row) => row.assigneeId),
  )
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
    })),
  }
}

export type QueuePageData = Awaited<ReturnType<typeof queuePage>>
export type ShownRow = QueuePageData['rows'][number]
