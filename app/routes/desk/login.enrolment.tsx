import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { readForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { showOnce } from '~/platform/show-once.server'
import type { Runtime } from '~/platform/runtime.server'
import { memberOf } from '~/staff/accounts.server'
import type { StaffRow } from '~/staff/accounts.server'
import { admit } from '~/staff/admit.server'
import { addPasskey, offerPasskey } from '~/staff/passkeys.server'
import { safeNext } from '~/staff/require-staff.server'
import { factorsOf, hasSecondFactor } from '~/staff/second-factor.server'
import { enrolAtSignIn } from '~/staff/second-step.server'
import { readStep } from '~/staff/sign-in-step.server'
import { offerAgain, offerTotp } from '~/staff/totp.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskLinks } from './parts/desk-links'
import { DoorPage } from './parts/door-page'
import { PasskeyForm } from './parts/passkey-form'
import { TotpFields } from './parts/totp-fields'

export const links = deskLinks
export const handle = { scripts: true }
export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.title ?? '' }]

/** Whose password was just given, and who has no second factor yet; everybody else is sent where they belong. */
async function newcomer(runtime: Runtime, request: Request): Promise<StaffRow> {
  const row = await readStep(runtime, request)
  if (!row) throw redirect('/desk/login', 303)
  if (hasSecondFactor(await factorsOf(runtime.db, row.id))) throw redirect('/desk/login/second', 303)
  return row
}

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { runtime } = context
  const row = await newcomer(runtime, request)
  const organisation = (await readOrganisation(runtime.db))['organisation.name']
  return {
    title: translatorFor(languageOfRequest(request))('staff:enrolment.title'),
    organisation,
    demo: runtime.demo,
    offer: await offerTotp(runtime, row, organisation),
    here: `/desk/login/enrolment${new URL(request.url).search}`,
  }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { runtime } = context
  const read = await readForm(runtime, request)
  if (!read.ok) return data({ problem: 'stale' as const, offer: null }, { status: read.status })
  const { form } = read
  const row = await newcomer(runtime, request)
  const organisation = (await readOrganisation(runtime.db))['organisation.name']
  if (form.get('intent') === 'options') {
    const { options, cookie } = await offerPasskey(runtime, row, organisation)
    throw Response.json(options, { headers: { 'Set-Cookie': cookie } })
  }
  const entered =
    form.get('intent') === 'passkey'
      ? await inTransaction(runtime, async (tx) => {
          const order = { staffId: row.id, name: form.get('name'), response: form.get('response') }
          const added = await addPasskey(tx, runtime, request, order)
          if (!added.ok) return added
          const cookies = await admit(tx, runtime, request, { staff: memberOf(row), by: 'passkey' })
          return { ok: true as const, cookies, recoveryCodes: undefined }
        })
      : await enrolAtSignIn(runtime, request, { row, sealed: form.get('secret'), code: form.get('totp') })
  if (!entered.ok) {
    const offer = await offerAgain(runtime, row, organisation, form.get('secret'))
    return data({ problem: entered.reason, offer }, { status: 400 })
  }
  const headers = new Headers()
  for (const cookie of entered.cookies) headers.append('Set-Cookie', cookie)
  const next = safeNext(new URL(request.url).searchParams.get('next'))
  if (!entered.recoveryCodes) throw redirect(next, { status: 303, headers })
  const text = entered.recoveryCodes.join('\n')
  headers.append('Set-Cookie', showOnce(runtime, { name: 'staff-codes', holder: row.id, text }))
  throw redirect('/desk/account/security', { status: 303, headers })
}

export default function Enrolment() {
  const t = useTexts()
  const { offer, here, ...page } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const problem = failed ? t(`staff:problem.${failed.problem}`) : undefined
  return (
    <DoorPage {...page}>
      <p>{t('staff:enrolment.lead')}</p>
      <form method="post" noValidate>
        <Csrf />
        <ErrorSummary errors={{ totp: problem }} />
        <TotpFields offer={failed?.offer ?? offer} problem={problem} />
        <Button>{t('staff:enrolment.button')}</Button>
      </form>
      <PasskeyForm action={here} adds button={t('staff:enrolment.passkey')} />
    </DoorPage>
  )
}
