import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { readForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { acceptInvitation, findInvitation } from '~/staff/invite.server'
import { admit } from '~/staff/admit.server'
import { findStaff } from '~/staff/accounts.server'
import { stepAfterPassword } from '~/staff/second-factor.server'
import { rememberStep } from '~/staff/sign-in-step.server'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { Notice } from '~/ui/notice'
import { DoorPage } from './parts/door-page'
import { NewPasswordForm } from './parts/new-password-form'
import { deskLinks } from './parts/desk-links'
import { languageCookie } from './parts/language-cookie.server'
import { placeOfStep } from './parts/sign-in-places'

export const links = deskLinks
export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.title ?? '' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const invited = await findInvitation(context.runtime.db, context.runtime, params['token'] ?? '')
  const organisation = await readOrganisation(context.runtime.db)
  const title = translatorFor(languageOfRequest(request))('desk:invitation.title')
  const page = { title, organisation: organisation['organisation.name'], demo: context.runtime.demo }
  // Whoever holds the link may know whom it is for; an invalid one says nothing.
  return data(
    { ...page, invited: invited && { name: invited.name, email: invited.email } },
    { status: invited ? 200 : 404 },
  )
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { runtime } = context
  const read = await readForm(runtime, request)
  if (!read.ok) return data({ problem: 'stale' as const }, { status: read.status })
  const [password, passwordAgain] = [read.form.get('password'), read.form.get('passwordAgain')]
  const token = params['token'] ?? ''
  const accepted = await inTransaction(runtime, (tx) =>
    acceptInvitation(tx, runtime, { token, password, passwordAgain }),
  )
  if (!accepted.ok) return data({ problem: accepted.reason }, { status: 400 })
  const { staff } = accepted
  const step = await stepAfterPassword(runtime, staff.id)
  const row = await findStaff(runtime.db, staff.id)
  if (!row) throw new Error('An account went while its invitation was accepted')
  const cookies =
    step === 'desk'
      ? await inTransaction(runtime, (tx) => admit(tx, runtime, request, { staff, by: 'invitation' }))
      : [rememberStep(runtime, row)]
  const headers = new Headers()
  for (const cookie of [...cookies, languageCookie(runtime, staff.language)]) headers.append('Set-Cookie', cookie)
  throw redirect(placeOfStep(step, '/desk'), { status: 303, headers })
}

export default function Invitation() {
  const t = useTexts()
  const { invited, ...page } = useLoaderData<typeof loader>()
  const problem = useActionData<typeof action>()?.problem
  return (
    <DoorPage {...page} title={t('desk:invitation.title')}>
      {invited ? (
        <NewPasswordForm
          email={invited.email}
          lead={t('desk:invitation.lead', { name: invited.name, email: invited.email })}
          button={t('desk:invitation.button')}
          problem={
            problem ? { message: t(`desk:password.problem.${problem}`), again: problem === 'not_the_same' } : null
          }
        />
      ) : (
        <Notice tone="warning">
          <p>{t('desk:invitation.invalid')}</p>
        </Notice>
      )}
    </DoorPage>
  )
}
