import { redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { askForScan, retentionOverview } from '~/retention/overview.server'
import { may } from '~/staff/permissions'
import { requireStaff } from '~/staff/require-staff.server'
import { Csrf } from '~/ui/csrf'
import { momentInWords } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { Notice } from '~/ui/notice'
import { deskForm } from './desk-form.server'
import { RetentionGroups } from './parts/retention-groups'
import { RetentionHolds, RetentionOrders } from './parts/retention-orders'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'retention.read')
  const language = languageOfRequest(request)
  return {
    ...(await retentionOverview(context.runtime, language)),
    title: translatorFor(language)('retention:title'),
    mayAct: may(staff.role, 'retention.act'),
    mayApprove: may(staff.role, 'plan.approve'),
    self: staff.id,
    scanning: new URL(request.url).searchParams.has('scanning'),
  }
}

export type RetentionData = Awaited<ReturnType<typeof loader>>

/** POST: look now instead of in the night. */
export async function action({ request, context }: ActionFunctionArgs) {
  await requireStaff(request, context, 'retention.act')
  await deskForm(request, context)
  await askForScan(context.runtime)
  return redirect('/desk/retention?scanning', 303)
}

export default function Retention() {
  const t = useTexts()
  const data = useLoaderData<typeof loader>()
  const { owners, scannedAt, zone, mayAct, scanning } = data
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{t('retention:title')}</h1>
          <p>{scannedAt ? t('retention:scanned', { at: momentInWords(scannedAt, zone, t) }) : t('retention:never')}</p>
        </div>
        {mayAct ? (
          <form method="post">
            <Csrf />
            <button className="button button-quiet">{t('retention:scan')}</button>
          </form>
        ) : null}
      </div>
      {scanning ? (
        <div role="status">
          <Notice>
            <p>{t('retention:scanning')}</p>
          </Notice>
        </div>
      ) : null}
      <p className="soft">{t('retention:lead')}</p>
      {owners.length === 0 ? (
        <div className="empty">
          <p>{t('retention:empty')}</p>
          <p className="soft">{t('retention:emptyHelp')}</p>
        </div>
      ) : (
        <RetentionGroups owners={owners} mayAct={mayAct} />
      )}
      <RetentionOrders {...data} />
      <RetentionHolds holds={data.holds} />
    </>
  )
}
