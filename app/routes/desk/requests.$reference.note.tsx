import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { addNote, messageSchema, recordAnswer } from '~/requests/messages.server'
import { unlessChanged } from '~/requests/unless-changed.server'
import { requireStaff } from '~/staff/require-staff.server'
import { RadioGroup } from './parts/radio-group'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  return { head: await actionHead(context, request, await caseAt(context, params)) }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = form.get('text')
  const as = form.get('as') === 'answer' ? 'answer' : 'note'
  const parsed = messageSchema.safeParse({ text: typed })
  if (!parsed.success) return data({ typed, as, wrong: true, problem: null }, { status: 400 })
  const order = { requestId: row.id, text: parsed.data.text }
  const recorded = await inTransaction(runtime, (tx) =>
    as === 'answer'
      ? unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, () =>
          recordAnswer(tx, runtime, { ...order, actor: { kind: 'staff', id: staff.id } }),
        )
      : addNote(tx, runtime, { ...order, by: staff }),
  )
  if (!recorded.ok)
    return data({ typed, as, wrong: false, problem: recorded.reason }, { status: statusOfRefusal(recorded.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Note() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const first = head.state === 'awaiting_subject' ? 'answer' : 'note'
  return (
    <ActionPage head={head} doing={t('desk:do.note')} problem={failed?.problem} button={t('desk:note.button')}>
      <RadioGroup
        name="as"
        legend={t('desk:note.as')}
        value={failed?.as ?? first}
        options={['answer', 'note'].map((value) => ({ value, label: t(`desk:note.kind.${value}`) }))}
      />
      <TextArea
        name="text"
        label={t('desk:note.label')}
        value={failed?.typed}
        error={failed?.wrong ? t('desk:problem.empty') : undefined}
        maxLength={10_000}
        required
      />
    </ActionPage>
  )
}
