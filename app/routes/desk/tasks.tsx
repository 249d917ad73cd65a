import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { translatorFor } from '~/locales/translate'
import { openTasks } from '~/requests/outside/list-tasks.server'
import { staffNames } from '~/staff/accounts.server'
import { requireStaff } from '~/staff/require-staff.server'
import { shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { taskInWords, useTaskName } from './parts/task-words'
import { deskDay } from './system.server'
import { taskShape } from './task.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.read')
  const { db } = context.runtime
  const query = new URL(request.url).searchParams
  const mine = query.get('of') === 'me'
  const after = z.uuid().safeParse(query.get('after')).data
  const { tasks, next } = await openTasks(db, { ...(mine ? { assigneeId: staff.id } : {}), after })
  const names = await staffNames(
    db,
    tasks.map((task) => task.assigneeId),
  )
  return {
    ...(await deskDay(context)),
    title: translatorFor(languageOfRequest(request))('outside:list.title'),
    mine,
    next,
    tasks: tasks.map((task) => ({
      ...taskShape(task),
      reference: task.reference,
      requestKind: task.requestKind,
      dueOn: task.dueOn,
      assignee: (task.assigneeId && names.get(task.assigneeId)) ?? null,
    })),
  }
}

export default function Tasks() {
  const t = useTexts()
  const nameOf = useTaskName()
  const { tasks, mine, next, today } = useLoaderData<typeof loader>()
  return (
    <>
      <div className="page-head">
        <h1>{t('outside:list.title')}</h1>
      </div>
      <nav aria-label={t('outside:list.views')}>
        <ul className="views">
          {(['all', 'me'] as const).map((of) => (
            <li key={of}>
              <a
                href={of === 'me' ? '/desk/tasks?of=me' : '/desk/tasks'}
                aria-current={(of === 'me') === mine ? 'page' : undefined}
              >
                {t(`outside:list.${of}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {tasks.length === 0 ? (
        <div className="empty">
          <p>{t('outside:list.empty')}</p>
          <p className="soft">{t('outside:list.emptyHelp')}</p>
        </div>
      ) : (
        <div className="table-frame" role="region" aria-label={t('outside:list.title')} tabIndex={0}>
          <table className="dense">
            <thead>
              <tr>
                <th scope="col">{t('outside:column.place')}</th>
                <th scope="col">{t('outside:column.doing')}</th>
                {['reference', 'kind', 'due', 'assignee'].map((column) => (
                  <th key={column} scope="col">
                    {t(`desk:queue.column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {tasks.map((task) => (
                <tr key={task.id}>
                  <th scope="row">
                    <a href={`/desk/tasks/${task.id}`}>{nameOf(task)}</a>
                  </th>
                  <td>{taskInWords(task, t)}</td>
                  <td>
                    <a href={`/desk/requests/${task.reference}#tasks`}>{task.reference}</a>
                  </td>
                  <td>{t(`common:kind.${task.requestKind}`)}</td>
                  <td>
                    {shortDate(task.dueOn, t)}
                    {task.dueOn < today ? ` (${t('outside:list.late')})` : null}
                  </td>
                  <td>{task.assignee ?? t('desk:queue.nobody')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next ? (
        <nav className="pages" aria-label={t('desk:queue.pages')}>
          <a rel="next" href={`/desk/tasks?${mine ? 'of=me&' : ''}after=${next}`}>
            {t('desk:queue.next')}
          </a>
        </nav>
      ) : null}
    </>
  )
}
