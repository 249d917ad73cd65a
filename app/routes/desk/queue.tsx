import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openReviews } from '~/erasure/alone-approvals.server'
import { translatorFor } from '~/locales/translate'
import { activeStaff } from '~/staff/accounts.server'
import { may } from '~/staff/permissions'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { languageOfRequest } from '~/ui/language-of-request'
import { queuePage } from './queue-page.server'
import { BulkAssign } from './parts/bulk-assign'
import { useLiveQueue } from './parts/live-queue'
import { LiveNews } from './parts/live-news'
import { QueueExport } from './parts/queue-export'
import { QueueFilters } from './parts/queue-filters'
import { QueuePages } from './parts/queue-pages'
import { QueueTable } from './parts/queue-table'
import { QueueViews } from './parts/queue-views'
import { SavedViews } from './parts/saved-views'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'queue.read')
  const { db } = context.runtime
  const [page, workers, reviews] = await Promise.all([
    queuePage(context, staff.id, new URL(request.url).searchParams),
    activeStaff(db, ['agent', 'admin']),
    may(staff.role, 'plan.review') ? openReviews(db) : [],
  ])
  return {
    title: translatorFor(languageOfRequest(request))('desk:queue.title'),
    page,
    workers: workers.map((worker) => ({ id: worker.id, name: worker.name })),
    reviews: reviews.filter((open) => open.byStaffId !== staff.id).length,
    mayWork: may(staff.role, 'case.work'),
    mayUnmask: may(staff.role, 'case.unmask'),
  }
}

export type QueueData = Awaited<ReturnType<typeof loader>>

export default function Queue() {
  const t = useTexts()
  const { page: loaded, workers, reviews, mayWork, mayUnmask } = useLoaderData<typeof loader>()
  const { page, marks, news, show } = useLiveQueue(loaded)
  const { filters, words, rows, parameters } = page
  return (
    <>
      <div className="page-head">
        <h1>{words ? t('desk:queue.found', { count: rows.length, words }) : t(`desk:view.${filters.view}`)}</h1>
        {mayWork ? (
          <a className="button button-quiet" href="/desk/requests/new">
            {t('desk:queue.enter')}
          </a>
        ) : null}
      </div>
      {reviews > 0 ? (
        <Notice tone="warning">
          <p>
            <a href="/desk/reviews">{t('approval:reviews.open', { count: reviews })}</a>
          </p>
        </Notice>
      ) : null}
      <QueueViews counts={page.counts} here={words ? null : filters.view} />
      {words ? null : <SavedViews saved={page.saved} parameters={parameters} />}
      {words ? null : <QueueFilters filters={filters} workers={workers} />}
      <LiveNews news={news} show={show} />
      <BulkAssign workers={workers} shown={mayWork && rows.some((row) => !row.closedOn)}>
        <QueueTable rows={rows} marks={marks} today={page.today} mayAssign={mayWork} isSearch={words !== ''} />
      </BulkAssign>
      <QueuePages parameters={parameters} next={page.next} previous={page.previous} />
      {words ? null : <QueueExport parameters={parameters} mayUnmask={mayUnmask} />}
    </>
  )
}
