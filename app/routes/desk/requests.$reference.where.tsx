import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { whereIs } from '~/erasure/where.server'
import { isUnmasked } from '~/requests/unmask.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { caseAt, caseHead } from './case.server'
import { CaseTitle } from './parts/case-title'
import { FoundThere } from './parts/found-there'
import { provenOf } from './proven.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.head.reference ?? '' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.unmask')
  const { runtime } = context
  const row = await caseAt(context, params)
  const proven = await provenOf(runtime.db, row)
  const [system = '', ...table] = (new URL(request.url).searchParams.get('look') ?? '').split('/')
  const look = system && table.length > 0 ? { system, table: table.join('/') } : null
  const unmasked = await isUnmasked(runtime.db, runtime, { requestId: row.id, staffId: staff.id })
  const order = { row, proven, staffId: staff.id, look, unmasked }
  return {
    head: caseHead(row),
    proven,
    unmasked,
    systems: proven.length > 0 ? await whereIs(runtime, order) : [],
  }
}

export type WhereData = Awaited<ReturnType<typeof loader>>

export default function Where() {
  const t = useTexts()
  const { head, proven, unmasked, systems } = useLoaderData<typeof loader>()
  return (
    <>
      <CaseTitle shape={head} doing={t('outside:where.title')} />
      <p className="soft">{t('outside:where.lead')}</p>
      {proven.length === 0 ? (
        <p>
          {t('desk:problem.not_verified')}{' '}
          <a href={`/desk/requests/${head.reference}/identity`}>{t('desk:do.identity')}</a>
        </p>
      ) : null}
      {systems === null ? <p>{t('desk:case.purged')}</p> : null}
      {unmasked ? null : (
        <p>
          {t('outside:where.masked')} <a href={`/desk/requests/${head.reference}/unmask`}>{t('desk:case.unmask')}</a>
        </p>
      )}
      {systems?.map((found) => (
        <FoundThere key={found.system} found={found} here={`/desk/requests/${head.reference}/where`} />
      ))}
    </>
  )
}
