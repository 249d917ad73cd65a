import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { hasText, translatorFor } from '~/locales/translate'
import { showOnce, takeShown } from '~/platform/show-once.server'
import { assignSeveral } from '~/requests/assign-several.server'
import type { RowResult } from '~/requests/assign-several.server'
import { activeStaff } from '~/staff/accounts.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskForm } from './desk-form.server'
import { Problem } from './parts/action-page'
import { AssigneeChoice } from './parts/bulk-assign'

const page = '/desk/queue/assignment'
const cookie = 'bulk-assigned'
const assigneeSchema = z.union([z.literal('none'), z.uuid()])
/** Rows as their checkboxes send them, `REFERENCE.VERSION`; a page of the queue has fifty. */
const casesSchema = z
  .array(
    z
      .string()
      .regex(/^AVG-\d{4}-[0-9A-Z]{6}\.\d{1,9}$/)
      .transform((value) => ({ reference: value.slice(0, 15), version: Number(value.slice(16)) })),
  )
  .min(1)
  .max(50)

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.title ?? '' }]

/** What became of each row, once, behind the redirect; later there is nothing to see here. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const shown = takeShown(runtime, request, { name: cookie, holder: staff.id })
  const workers = await activeStaff(runtime.db, ['agent', 'admin'])
  const loaded = {
    title: translatorFor(languageOfRequest(request))('desk:bulk.title'),
    workers: workers.map(({ id, name }) => ({ id, name })),
    results: shown ? (JSON.parse(shown.text) as RowResult[]) : [],
  }
  return data(loaded, shown ? { headers: { 'Set-Cookie': shown.cleared } } : {})
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const form = await deskForm(request, context)
  const typed = { cases: form.all('case'), assignee: form.get('assignee') }
  const cases = casesSchema.safeParse(typed.cases)
  if (!cases.success)
    return data({ problem: typed.cases.length === 0 ? 'no_case_chosen' : 'other', typed }, { status: 400 })
  const assignee = assigneeSchema.safeParse(typed.assignee)
  if (!assignee.success) return data({ problem: 'unknown_assignee', typed }, { status: 400 })
  const assigneeId = assignee.data === 'none' ? null : assignee.data
  const results = await assignSeveral(runtime, { cases: cases.data, assigneeId, by: staff })
  const shown = showOnce(runtime, { name: cookie, holder: staff.id, text: JSON.stringify(results) })
  throw redirect(page, { status: 303, headers: { 'Set-Cookie': shown } })
}

export default function BulkAssignment() {
  const t = useTexts()
  const { workers, results } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <>
      <div className="page-head">
        <h1>{t('desk:bulk.title')}</h1>
      </div>
      <Problem reason={failed?.problem} />
      {failed && failed.typed.cases.length > 0 ? (
        <form method="post" className="filters">
          <Csrf />
          {failed.typed.cases.map((value) => (
            <input key={value} type="hidden" name="case" value={value} />
          ))}
          <p>{t('desk:bulk.chosen', { count: failed.typed.cases.length })}</p>
          <AssigneeChoice workers={workers} value={failed.typed.assignee} />
          <button className="button">{t('desk:bulk.button')}</button>
        </form>
      ) : null}
      {failed ? null : <Results results={results} />}
      <p>
        <a href="/desk/queue">{t('desk:failure.back')}</a>
      </p>
    </>
  )
}

function Results({ results }: { results: RowResult[] }) {
  const t = useTexts()
  if (results.length === 0) return <p className="empty">{t('desk:bulk.nothing')}</p>
  const done = results.filter(({ result }) => result === 'done').length
  return (
    <>
      <p role="status">{t('desk:bulk.summary', { count: done, of: results.length })}</p>
      <table className="dense">
        <thead>
          <tr>
            <th scope="col">{t('desk:queue.column.reference')}</th>
            <th scope="col">{t('desk:bulk.result')}</th>
          </tr>
        </thead>
        <tbody>
          {results.map(({ reference, result }) => (
            <tr key={reference}>
              <th scope="row">
                <a href={`/desk/requests/${reference}`}>{reference}</a>
              </th>
              <td>{t(hasText(`desk:bulk.of.${result}`) ? `desk:bulk.of.${result}` : `desk:problem.${result}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
