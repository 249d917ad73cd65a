import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { lookAtFinding } from '~/erasure/residue/look.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { caseAt, caseHead } from './case.server'
import { CaseTitle } from './parts/case-title'
import { failureInWords } from './parts/failure-words'
import { FoundRows } from './parts/found-rows'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.head.reference ?? '' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'plan.execute')
  const row = await caseAt(context, params)
  const findingId = params['finding'] ?? ''
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(findingId)) throw new Response(null, { status: 404 })
  const wanted = Number(new URL(request.url).searchParams.get('from'))
  const from = Number.isSafeInteger(wanted) && wanted > 0 ? wanted : 0
  const found = await lookAtFinding(context.runtime, { requestId: row.id, findingId, staffId: staff.id, from })
  if (!found) throw new Response(null, { status: 404 })
  return { head: caseHead(row), found }
}

/** One finding of the residue scan: some of its rows, masked, and what is to happen to it. */
export default function Finding() {
  const t = useTexts()
  const { head, found } = useLoaderData<typeof loader>()
  const here = `/desk/requests/${head.reference}/findings/${found.id}`
  const settled = found.decision === 'keep' || found.carriedOut
  return (
    <div className="action-page">
      <CaseTitle shape={head} doing={t('residue:title')} />
      <p>
        {t('desk:run.finding', { count: found.rows, place: `${found.system} · ${found.table}.${found.column}` })}
        {found.decision ? (
          <span className="soft"> {t(`desk:run.decided.${found.carriedOut ? 'gone' : found.decision}`)}</span>
        ) : null}
      </p>
      {found.reason ? <p>{t('residue:why', { reason: found.reason })}</p> : null}
      <p className="soft">{t('residue:lead')}</p>
      {found.failure ? (
        <Notice tone="warning">
          <p>{t('residue:failed', { why: failureInWords(found.failure, t) })}</p>
        </Notice>
      ) : (
        <FoundRows found={found} here={here} />
      )}
      {settled ? null : (
        <form method="post" action={`/desk/requests/${head.reference}/execution`} noValidate>
          <Csrf />
          <input type="hidden" name="finding" value={found.id} />
          <TextField name="reason" label={t('desk:run.keepReason')} maxLength={2000} />
          <ul className="soft">
            {(['keep', 'redact', 'erase'] as const).map((decision) => (
              <li key={decision}>{t(`residue:means.${decision}`)}</li>
            ))}
          </ul>
          <div className="button-row">
            {(['keep', 'redact', 'erase'] as const).map((decision) => (
              <Button key={decision} look="quiet" name="intent" value={decision}>
                {t(`desk:run.${decision}`)}
              </Button>
            ))}
          </div>
        </form>
      )}
    </div>
  )
}
