import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { proveElsewhere } from '~/identity/prove-elsewhere.server'
import { inTransaction } from '~/platform/runtime.server'
import { requireStaff } from '~/staff/require-staff.server'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { caseAt, caseHead, statusOfRefusal } from './case.server'
import { deskForm } from './desk-form.server'
import { ActionPage } from './parts/action-page'

const provable = ['email', 'phone', 'customerNumber'] as const
const proofSchema = z.object({ proves: z.array(z.enum(provable)).min(1), note: z.string().trim().min(5).max(2000) })

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const known = { email: row.emailSealed, phone: row.phoneSealed, customerNumber: row.customerNumberSealed }
  return { head: caseHead(row), known: provable.filter((kind) => known[kind] !== null) }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = { proves: form.all('proves'), note: form.get('note') }
  const parsed = proofSchema.safeParse(typed)
  if (!parsed.success) return data({ typed, wrong: true, problem: 'proof_missing' }, { status: 400 })
  const proven = await inTransaction(context.runtime, (tx) =>
    proveElsewhere(tx, context.runtime, { requestId: row.id, ...parsed.data, actor: { kind: 'staff', id: staff.id } }),
  )
  if (!proven.ok)
    return data({ typed, wrong: false, problem: proven.reason }, { status: statusOfRefusal(proven.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Identity() {
  const t = useTexts()
  const { head, known } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <ActionPage head={head} doing={t('desk:do.identity')} problem={failed?.problem} button={t('desk:identity.button')}>
      <p>{t('desk:identity.lead')}</p>
      <fieldset className="radios">
        <legend>{t('desk:identity.proves')}</legend>
        {known.map((kind) => (
          <label key={kind}>
            <input type="checkbox" name="proves" value={kind} defaultChecked={failed?.typed.proves.includes(kind)} />
            <span>{t(`desk:person.${kind}`)}</span>
          </label>
        ))}
        {known.length === 0 ? <p>{t('desk:identity.nothing')}</p> : null}
      </fieldset>
      <TextArea
        name="note"
        label={t('desk:identity.note')}
        hint={t('desk:identity.noteHint')}
        value={failed?.typed.note}
        rows={3}
        maxLength={2000}
        required
      />
    </ActionPage>
  )
}
