import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { aloneApprovals } from '~/erasure/alone-approvals.server'
import { translatorFor } from '~/locales/translate'
import { staffNames } from '~/staff/accounts.server'
import { requireStaff } from '~/staff/require-staff.server'
import { momentInWords, shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskDay } from './system.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

/** Every plan that somebody approved alone, newest first, and what another person thought of it. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.read')
  const { runtime } = context
  const approvals = await aloneApprovals(runtime.db, runtime)
  const names = await staffNames(
    runtime.db,
    approvals.flatMap((each) => [each.byStaffId, each.review?.byStaffId ?? null]),
  )
  return {
    ...(await deskDay(context)),
    title: translatorFor(languageOfRequest(request))('approval:reviews.title'),
    approvals: approvals.map((each) => ({
      id: each.id,
      reference: each.reference,
      by: names.get(each.byStaffId) ?? '',
      at: each.at.toString(),
      rows: each.rows,
      reviewBy: each.reviewBy.toString(),
      outcome: each.review?.verdict ?? (each.lapsedAt ? ('late' as const) : ('open' as const)),
      reviewer: each.review ? (names.get(each.review.byStaffId) ?? '') : null,
    })),
  }
}

const columns = ['reference', 'by', 'at', 'rows', 'reviewBy', 'outcome']

export default function Reviews() {
  const t = useTexts()
  const { approvals, zone } = useLoaderData<typeof loader>()
  return (
    <>
      <div className="page-head">
        <h1>{t('approval:reviews.title')}</h1>
      </div>
      <p>{t('approval:reviews.lead')}</p>
      {approvals.length === 0 ? (
        <p className="empty">{t('approval:reviews.empty')}</p>
      ) : (
        <div className="table-frame" role="region" aria-label={t('approval:reviews.title')} tabIndex={0}>
          <table className="dense">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col" className={column === 'rows' ? 'number' : undefined}>
                    {t(`approval:reviews.column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {approvals.map((each) => (
                <tr key={each.id}>
                  <th scope="row">
                    <a href={`/desk/requests/${each.reference}#alone`}>{each.reference}</a>
                  </th>
                  <td>{each.by}</td>
                  <td>{momentInWords(each.at, zone, t)}</td>
                  <td className="number">{each.rows}</td>
                  <td>{shortDate(each.reviewBy, t)}</td>
                  <td>{t(`approval:reviews.outcome.${each.outcome}`, { name: each.reviewer ?? '' })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
