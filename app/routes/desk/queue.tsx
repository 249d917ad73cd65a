import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { findCalendar } from '~/deadlines/calendar'
import { daysLeft } from '~/deadlines/days-left'
import { dayOf } from '~/deadlines/pauses'
import { translatorFor } from '~/locales/translate'
import { deskToday } from '~/requests/case-view.server'
import { countViews } from '~/requests/queue-counts.server'
import { listQueue, searchQueue } from '~/requests/queue.server'
import { filterParameters } from '~/requests/queue-views'
import { activeStaff, staffNames } from '~/staff/accounts.server'
import { may } from '~/staff/permissions'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { queueQueryIn } from './queue-query.server'
import { BulkAssign } from './parts/bulk-assign'
import { QueueExport } from './parts/queue-export'
import { QueueFilters } from './parts/queue-filters'
import { QueuePages } from './parts/queue-pages'
import { QueueTable } from './parts/queue-table'
import { QueueViews } from './parts/queue-views'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'queue.read')
  const { runtime } = context
  const { searchParams } = new URL(request.url)
  const query = queueQueryIn(searchParams)
  const words = searchParams.get('q')?.trim() ?? ''
  const { organisation, today, zone } = await deskToday(runtime)
  const reader = { staffId: staff.id, today }
  const [page, counts, workers, calendar] = await Promise.all([
    words
      ? searchQueue(runtime, words).then((rows) => ({ rows, next: null, previous: null }))
      : listQueue(runtime, query, reader),
    countViews(runtime.db, reader),
    activeStaff(runtime.db, ['agent', 'admin']),
    findCalendar(organisation['organisation.calendar']),
  ])
  const names = await staffNames(
    runtime.db,
    page.rows.map((row) => row.assigneeId),
  )
  return {
    title: translatorFor(languageOfRequest(request))('desk:queue.title'),
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
    workers: workers.map((worker) => ({ id: worker.id, name: worker.name })),
    mayWork: may(staff.role, 'case.work'),
    mayUnmask: may(staff.role, 'case.unmask'),
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

export type QueueData = Awaited<ReturnType<typeof loader>>

export default function Queue() {
  const t = useTexts()
  const data = useLoaderData<typeof loader>()
  return (
    <>
      <div className="page-head">
        <h1>
          {data.words
            ? t('desk:queue.found', { count: data.rows.length, words: data.words })
            : t(`desk:view.${data.filters.view}`)}
        </h1>
        {data.mayWork ? (
          <a className="button button-quiet" href="/desk/requests/new">
            {t('desk:queue.enter')}
          </a>
        ) : null}
      </div>
      <QueueViews counts={data.counts} here={data.words ? null : data.filters.view} />
      {data.words ? null : <QueueFilters filters={data.filters} workers={data.workers} />}
      <BulkAssign workers={data.workers} shown={data.mayWork && data.rows.some((row) => !row.closedOn)}>
        <QueueTable rows={data.rows} today={data.today} mayAssign={data.mayWork} isSearch={data.words !== ''} />
      </BulkAssign>
      <QueuePages parameters={data.parameters} next={data.next} previous={data.previous} />
      {data.words ? null : <QueueExport parameters={data.parameters} mayUnmask={data.mayUnmask} />}
    </>
  )
}
