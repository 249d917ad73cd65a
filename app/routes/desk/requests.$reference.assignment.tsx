import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { assignRequest } from '~/requests/assign.server'
import { activeStaff } from '~/staff/accounts.server'
import { requireStaff } from '~/staff/require-staff.server'
import { SelectField, TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'

const nobody = 'none'
const longestNote = 2_000

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const workers = await activeStaff(context.runtime.db, ['agent', 'admin'])
  return {
    head: await actionHead(context, request, row),
    present: row.assigneeId ?? nobody,
    self: staff.id,
    workers: workers.map(({ id, name }) => ({ id, name })),
  }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const chosen = form.get('assignee')
  const note = form.get('note').trim().slice(0, longestNote)
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(chosen)
  if (chosen !== nobody && !isId) return data({ problem: 'unknown_assignee', chosen: nobody, note }, { status: 400 })
  const assigned = await inTransaction(context.runtime, (tx) =>
    assignRequest(tx, context.runtime, {
      requestId: row.id,
      assigneeId: isId ? chosen : null,
      by: staff,
      version: versionIn(form),
      note,
    }),
  )
  if (!assigned.ok && (assigned.reason !== 'already_so' || note))
    return data({ problem: assigned.reason, chosen, note }, { status: statusOfRefusal(assigned.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function Assignment() {
  const t = useTexts()
  const { head, present, self, workers } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const first = present === nobody ? self : present
  return (
    <ActionPage
      head={head}
      doing={t('desk:do.assignment')}
      problem={failed?.problem}
      button={t('desk:assignment.button')}
    >
      <SelectField
        name="assignee"
        label={t('desk:assignment.to')}
        hint={t('desk:assignment.hint')}
        value={failed?.chosen ?? first}
        options={[
          ...workers.map(({ id, name }) => ({
            value: id,
            label: id === self ? t('desk:assignment.me', { name }) : name,
          })),
          { value: nobody, label: t('desk:assignment.group') },
        ]}
      />
      <TextArea
        name="note"
        label={t('verbs:handOver.note')}
        hint={t('verbs:handOver.hint')}
        value={failed?.note}
        rows={3}
        maxLength={longestNote}
      />
    </ActionPage>
  )
}
