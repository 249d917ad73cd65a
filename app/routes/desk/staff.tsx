import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import type { FormValues } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { presentAbsences, staffToday } from '~/staff/absence.server'
import { changeRole, disableStaff, enableStaff, listStaff, whoCameIn } from '~/staff/accounts.server'
import { invitationSchema, inviteStaff } from '~/staff/invite.server'
import { may } from '~/staff/permissions'
import { clearSecondFactor } from '~/staff/clear-second-factor.server'
import { confirmPresence, isFresh } from '~/staff/reauthenticate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { isRole } from '~/staff/roles'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { Notice } from '~/ui/notice'
import { deskForm } from './desk-form.server'
import { Problem } from './parts/action-page'
import { InviteForm } from './parts/invite-form'
import { StaffTable } from './parts/staff-table'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'staff.read')
  const { staff } = session
  const { runtime } = context
  const rows = await listStaff(runtime.db)
  const cameIn = await whoCameIn(runtime.db)
  const absences = await presentAbsences(runtime.db, await staffToday(runtime.db, runtime))
  return {
    title: translatorFor(languageOfRequest(request))('desk:staff.title'),
    self: staff.id,
    fresh: isFresh(runtime, session),
    mayManage: may(staff.role, 'staff.manage'),
    staff: rows.map((row) => ({
      id: row.id,
      name: row.name,
      email: row.email,
      role: row.role,
      standing: row.disabledAt ? ('disabled' as const) : cameIn(row) ? ('active' as const) : ('invited' as const),
      awayUntil: absences.get(row.id)?.untilOn.toString() ?? null,
    })),
  }
}

export type StaffData = Awaited<ReturnType<typeof loader>>

function typedIn(form: FormValues) {
  return {
    email: form.get('email'),
    name: form.get('name'),
    role: form.get('role'),
    language: form.get('language'),
  }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'staff.manage')
  const by = session.staff
  const { runtime } = context
  const form = await deskForm(request, context)
  const intent = form.get('intent')
  const presence = await confirmPresence(runtime, session, {
    password: form.get('password'),
    clientAddress: context.clientAddress,
  })
  if (!presence.ok) {
    const kept = intent === 'invite' ? typedIn(form) : null
    return data(
      { typed: kept, wrong: [], problem: presence.reason },
      { status: presence.reason === 'too_many' ? 429 : 400 },
    )
  }
  if (intent === 'invite') {
    const typed = typedIn(form)
    const parsed = invitationSchema.safeParse(typed)
    if (!parsed.success) {
      const wrong = parsed.error.issues.map((issue) => String(issue.path[0]))
      return data({ typed, wrong, problem: null }, { status: 400 })
    }
    const organisation = (await readOrganisation(runtime.db))['organisation.name']
    const invited = await inTransaction(runtime, (tx) => inviteStaff(tx, runtime, { ...parsed.data, by, organisation }))
    if (!invited.ok) return data({ typed, wrong: [], problem: invited.reason }, { status: 400 })
    throw redirect('/desk/staff', 303)
  }
  const staffId = form.get('staff')
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(staffId)) throw new Response(null, { status: 400 })
  const role = form.get('role')
  const changed = await inTransaction(runtime, async (tx) => {
    if (intent === 'disable') return disableStaff(tx, runtime, { by, staffId })
    if (intent === 'enable') return enableStaff(tx, runtime, { by, staffId })
    if (intent === 'clear') return clearSecondFactor(tx, runtime, { by, staffId })
    if (intent === 'role' && isRole(role)) return changeRole(tx, runtime, { by, staffId, role })
    throw new Response(null, { status: 400 })
  })
  if (!changed.ok) return data({ typed: null, wrong: [], problem: changed.reason }, { status: 409 })
  throw redirect('/desk/staff', 303)
}

export default function Staff() {
  const t = useTexts()
  const loaded = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <>
      <div className="page-head">
        <h1>{t('desk:staff.title')}</h1>
      </div>
      <Problem reason={failed?.problem === 'password_needed' ? null : failed?.problem} />
      {loaded.mayManage && (!loaded.fresh || failed?.problem === 'password_needed') ? (
        <Notice tone="warning">
          <p>
            {t('desk:password.why')} <a href="/desk/presence?next=/desk/staff">{t('staff:presence.button')}</a>
          </p>
        </Notice>
      ) : null}
      <StaffTable {...loaded} />
      {loaded.mayManage ? <InviteForm typed={failed?.typed ?? null} wrong={failed?.wrong ?? []} /> : null}
    </>
  )
}
