import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { showOnce } from '~/platform/show-once.server'
import { makeRecoveryCodes } from '~/staff/recovery-codes.server'
import { requireStaff } from '~/staff/require-staff.server'
import { mayDropFactor } from '~/staff/second-factor.server'
import { dropTotp, keepTotp, offerAgain, offerTotp } from '~/staff/totp.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskForm } from './desk-form.server'
import { sureOfPresence } from './parts/present.server'
import { TotpFields } from './parts/totp-fields'

const page = '/desk/account/security'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'account.own')
  sureOfPresence(context, session, '/desk/account/totp')
  const organisation = (await readOrganisation(context.runtime.db))['organisation.name']
  return {
    title: translatorFor(languageOfRequest(request))('staff:totp.title'),
    offer: await offerTotp(context.runtime, session.staff, organisation),
  }
}

/** POST: keeps the secret once its first code comes back, with new recovery codes; or takes the app away. */
export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'account.own')
  const form = await deskForm(request, context)
  const { runtime } = context
  const holder = session.staff.id
  sureOfPresence(context, session, page)
  if (form.get('intent') === 'remove') {
    if (!(await mayDropFactor(runtime, holder))) throw new Response(null, { status: 400 })
    await inTransaction(runtime, (tx) => dropTotp(tx, runtime, holder))
    throw redirect(page, 303)
  }
  const kept = await inTransaction(runtime, async (tx) => {
    const result = await keepTotp(tx, runtime, { staffId: holder, sealed: form.get('secret'), code: form.get('totp') })
    return result.ok ? { ok: true as const, codes: await makeRecoveryCodes(tx, runtime, holder) } : result
  })
  if (!kept.ok) {
    const organisation = (await readOrganisation(runtime.db))['organisation.name']
    const offer = await offerAgain(runtime, session.staff, organisation, form.get('secret'))
    return data({ problem: kept.reason, offer }, { status: 400 })
  }
  const shown = showOnce(runtime, { name: 'staff-codes', holder, text: kept.codes.join('\n') })
  throw redirect(page, { status: 303, headers: { 'Set-Cookie': shown } })
}

export default function Totp() {
  const t = useTexts()
  const { offer } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const problem = failed ? t(`staff:problem.${failed.problem}`) : undefined
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{t('staff:totp.title')}</h1>
        <a href={page}>{t('staff:security.title')}</a>
      </div>
      <form method="post" noValidate>
        <Csrf />
        <ErrorSummary errors={{ totp: problem }} />
        <TotpFields offer={failed?.offer ?? offer} problem={problem} />
        <Button>{t('staff:enrolment.button')}</Button>
      </form>
    </div>
  )
}
