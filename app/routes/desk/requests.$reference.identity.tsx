import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { lookedSchema, provableIdentifiers } from '~/identity/checklist'
import { identifyRequest } from '~/identity/identify.server'
import { proveElsewhere } from '~/identity/prove-elsewhere.server'
import type { FormValues } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { deskToday } from '~/requests/case-view.server'
import { upholdIdentity } from '~/requests/contest.server'
import { messageSchema } from '~/requests/messages.server'
import { unlessChanged } from '~/requests/unless-changed.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { StandingNotice, StandingWords } from './parts/identity-standing'
import { LookedFields, UpholdForm } from './parts/looked-fields'
import { standingShape } from './standing.server'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const { zone, today } = await deskToday(context.runtime)
  const known = { email: row.emailSealed, phone: row.phoneSealed, customerNumber: row.customerNumberSealed }
  return {
    head: await actionHead(context, request, row),
    verified: row.verifiedAt !== null,
    zone,
    today: today.toString(),
    standing: await standingShape(context.runtime.db, context.runtime, row),
    known: provableIdentifiers.filter((kind) => known[kind] !== null),
  }
}

/** POST: who the person is, as staff saw it; with `intent` uphold, what came out of looking into a contested request. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = typedIn(form)
  const again = (problem: string, status = 400) => data({ typed, problem }, { status })
  if (form.get('intent') === 'uphold') {
    const parsed = messageSchema.safeParse({ text: form.get('upheld') })
    if (!parsed.success) return again('reason_missing')
    const upheld = await inTransaction(runtime, (tx) =>
      unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, () =>
        upholdIdentity(tx, runtime, { requestId: row.id, note: parsed.data.text, by: staff }),
      ),
    )
    if (!upheld.ok) return again(upheld.reason, Math.max(statusOfRefusal(upheld.reason), 409))
    throw redirect(`/desk/requests/${row.reference}`, 303)
  }
  const parsed = lookedSchema((await deskToday(runtime)).today.toString()).safeParse(typed)
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => issue.message)
    return again(wrong.includes('day') ? 'day_wrong' : wrong.includes('checks') ? 'checks_missing' : 'proof_missing')
  }
  const { proves, note, how, on } = parsed.data
  const proven = await inTransaction(runtime, async (tx) => {
    const seen = { how, on }
    const actor = { kind: 'staff', id: staff.id } as const
    const recorded = await unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, () =>
      proveElsewhere(tx, runtime, { requestId: row.id, proves, note, seen, actor }),
    )
    if (recorded.ok) await identifyRequest(tx, runtime, row.id)
    return recorded
  })
  if (!proven.ok) return again(proven.reason, statusOfRefusal(proven.reason))
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

function typedIn(form: FormValues) {
  return {
    proves: form.all('proves'),
    note: form.get('note'),
    how: form.get('how'),
    checks: form.all('checks'),
    on: form.get('on'),
    upheld: form.get('upheld'),
  }
}

export default function Identity() {
  const t = useTexts()
  const page = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const contested = page.standing.finding === 'contested'
  return (
    <ActionPage
      head={page.head}
      doing={t('desk:do.identity')}
      problem={failed?.problem}
      button={t('desk:identity.button')}
      after={
        <>
          <p>
            <a href={`/desk/requests/${page.head.reference}/identity-code`}>{t('desk:do.identity-code')}</a>
          </p>
          {contested ? <UpholdForm typed={failed?.typed.upheld} /> : null}
        </>
      }
    >
      <p>
        {t('desk:case.identity')}: <StandingWords {...page} />
      </p>
      <StandingNotice {...page} />
      <LookedFields known={page.known} today={page.today} typed={failed?.typed} />
    </ActionPage>
  )
}
