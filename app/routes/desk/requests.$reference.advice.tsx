import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { giveAdvice, messageSchema } from '~/requests/messages.server'
import { requireStaff } from '~/staff/require-staff.server'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { actionHead, caseAt, statusOfRefusal } from './case.server'
import { deskForm } from './desk-form.server'
import { ActionPage } from './parts/action-page'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.advise')
  return { head: await actionHead(context, request, await caseAt(context, params)) }
}

/** POST: the privacy officer's advice on the case; the one thing that they write. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.advise')
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = form.get('text')
  const parsed = messageSchema.safeParse({ text: typed })
  if (!parsed.success) return data({ typed, wrong: true, problem: null }, { status: 400 })
  const given = await inTransaction(context.runtime, (tx) =>
    giveAdvice(tx, context.runtime, { requestId: row.id, text: parsed.data.text, by: staff }),
  )
  if (!given.ok) return data({ typed, wrong: false, problem: given.reason }, { status: statusOfRefusal(given.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Advice() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <ActionPage
      head={head}
      doing={t('casework:advice.title')}
      problem={failed?.problem}
      button={t('casework:advice.button')}
    >
      <p>{t('casework:advice.lead')}</p>
      <TextArea
        name="text"
        label={t('casework:advice.label')}
        value={failed?.typed}
        error={failed?.wrong ? t('desk:problem.empty') : undefined}
        maxLength={10_000}
        required
      />
    </ActionPage>
  )
}
