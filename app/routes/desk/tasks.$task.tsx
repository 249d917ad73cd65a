import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { closeTask, reopenTask } from '~/erasure/elsewhere/close.server'
import { recipientMail, tellRecipient, tellRecipientSchema } from '~/erasure/elsewhere/tell-recipient.server'
import { previewMail } from '~/mail/preview.server'
import { inTransaction } from '~/platform/runtime.server'
import { viewCase } from '~/requests/case-view.server'
import { closeTaskSchema, detailOfTask } from '~/requests/outside/close-task.server'
import { isUnmasked } from '~/requests/unmask.server'
import { may } from '~/staff/permissions'
import { requireStaff } from '~/staff/require-staff.server'
import { momentInWords, shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { caseHead } from './case.server'
import { deskForm } from './desk-form.server'
import { Problem } from './parts/action-page'
import { CaseTitle } from './parts/case-title'
import { RecipientMail } from './parts/recipient-mail'
import { TaskForm } from './parts/task-form'
import { TaskFacts } from './parts/task-facts'
import { taskInWords } from './parts/task-words'
import { deskDay } from './system.server'
import { taskAt, tasksOfCase } from './task.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.head.reference ?? '' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.read')
  const { runtime } = context
  const { task, row, note } = await taskAt(context, params)
  const mayUnmask = may(staff.role, 'case.unmask')
  const unmasked = mayUnmask && (await isUnmasked(runtime.db, runtime, { requestId: row.id, staffId: staff.id }))
  const { person } = await viewCase(runtime, row, { unmasked })
  const shape = (await tasksOfCase(runtime, row.id)).find((each) => each.id === task.id)
  if (!shape) throw new Response(null, { status: 404 })
  const { name, email, phone, customerNumber } = person
  const detail = unmasked ? await detailOfTask(runtime.db, runtime, task) : null
  return {
    ...(await deskDay(context)),
    head: caseHead(row),
    task: shape,
    detail,
    note,
    person: { name, email, phone, customerNumber },
    unmasked,
    mayUnmask,
    mayWork: may(staff.role, 'case.work'),
  }
}

export type TaskData = Awaited<ReturnType<typeof loader>>
export type TaskFailed = {
  typed: Record<string, string>
  wrong: string[]
  problem: string | null
  preview?: { subject: string; text: string } | null
}

const fields = ['outcome', 'note', 'doneOn', 'deleted', 'pseudonymised', 'kept', 'to', 'explanation'] as const

/**
 * POST: `outcome` with what belongs to it ends the task; `intent=mail` tells a recipient `to` by mail, which ends it, and
 * `intent=preview` shows that mail; `intent=reopen` takes its end back.
 */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const form = await deskForm(request, context)
  const { task, row } = await taskAt(context, params)
  const actor = { kind: 'staff', id: staff.id } as const
  const typed: Record<string, string> = Object.fromEntries(fields.map((name) => [name, form.get(name)]))
  const refused = (problem: string | null, status: number, wrong: string[] = []) =>
    data<TaskFailed>({ typed, wrong, problem }, { status })
  if (form.get('intent') === 'reopen') {
    const opened = await inTransaction(runtime, (tx) => reopenTask(tx, runtime, { taskId: task.id, actor }))
    if (!opened.ok) return refused(opened.reason, 409)
    throw redirect(`/desk/tasks/${task.id}`, 303)
  }
  const intent = form.get('intent')
  if (intent === 'mail' || intent === 'preview') {
    const told = tellRecipientSchema.safeParse(typed)
    if (!told.success)
      return refused(
        null,
        400,
        told.error.issues.map((issue) => String(issue.path[0])),
      )
    const language = languageOfRequest(request)
    if (intent === 'preview') {
      const mail = await recipientMail(runtime.db, runtime, { ...told.data, task, row, language })
      const preview = mail && (await previewMail(runtime, 'recipient_told', mail, language))
      return data<TaskFailed>({ typed, wrong: [], problem: mail ? null : 'purged', preview })
    }
    const sent = await inTransaction(runtime, (tx) =>
      tellRecipient(tx, runtime, { ...told.data, task, row, language, actor }),
    )
    if (!sent.ok) return refused(sent.reason, 409)
    throw redirect(`/desk/requests/${row.reference}#tasks`, 303)
  }
  const filled = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ''))
  const parsed = closeTaskSchema.safeParse(filled)
  if (!parsed.success)
    return refused(
      null,
      400,
      parsed.error.issues.map((issue) => String(issue.path[0])),
    )
  const closed = await inTransaction(runtime, (tx) =>
    closeTask(tx, runtime, { taskId: task.id, end: parsed.data, actor }),
  )
  if (!closed.ok) {
    if (closed.reason === 'note_missing') return refused(null, 400, ['note'])
    if (closed.reason === 'in_future') return refused(null, 400, ['doneOn'])
    return refused(closed.reason, ['already_so', 'purged'].includes(closed.reason) ? 409 : 400)
  }
  throw redirect(`/desk/requests/${row.reference}#tasks`, 303)
}

export default function Task() {
  const t = useTexts()
  const loaded = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const { head, task, note, zone, mayWork } = loaded
  return (
    <div className="action-page">
      <CaseTitle shape={head} doing={taskInWords(task, t)} />
      <Problem reason={failed?.problem} />
      <TaskFacts loaded={loaded} />
      {task.open ? null : (
        <section aria-labelledby="end-title">
          <h2 id="end-title">{t('outside:end.title')}</h2>
          <p>
            {t(`outside:state.${task.state}`)}
            {task.about['doneOn'] ? `, ${t('outside:end.on', { date: shortDate(task.about['doneOn'], t) })}` : null}
            {task.closedAt ? (
              <span className="soft">
                {' '}
                ({task.by ?? t('desk:who.system')}, {momentInWords(task.closedAt, zone, t)})
              </span>
            ) : null}
          </p>
          {task.deleted + task.pseudonymised + task.kept > 0 ? <p>{t('outside:end.counts', task)}</p> : null}
          {note ? <p className="typed">{note}</p> : null}
        </section>
      )}
      {mayWork ? <RecipientMail loaded={loaded} failed={failed} /> : null}
      {mayWork ? <TaskForm loaded={loaded} failed={failed} /> : null}
      <p>
        <a href={`/desk/requests/${head.reference}#tasks`}>{t('desk:case.back')}</a>
      </p>
    </div>
  )
}
