import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { inTransaction } from '~/platform/runtime.server'
import { deskToday } from '~/requests/case-view.server'
import { enterRequest } from '~/requests/intake.server'
import { may } from '~/staff/permissions'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { filesForm, judged } from './attachment-form.server'
import { EntryForm } from './parts/entry-form'
import { entryFields, entrySchema } from './parts/entry-schema'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { today } = await deskToday(context.runtime)
  return {
    title: translatorFor(languageOfRequest(request))('desk:enter.title'),
    today: today.toString(),
    mayImport: may(staff.role, 'settings.manage'),
  }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const read = await filesForm(request, context)
  const { form } = read
  const typed = Object.fromEntries(entryFields.map((field) => [field, form.get(field)]))
  const kinds = form.all('kind')
  const parsed = entrySchema.safeParse({ ...typed, kinds, keepNumber: form.get('keepNumber') === 'yes' })
  const wrong = parsed.success ? [] : [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))]
  const files = read.ok ? judged(read.files) : read
  if (!files.ok) return data({ typed, kinds, wrong, files: files.problems }, { status: files.status })
  if (!parsed.success) return data({ typed, kinds, wrong, files: [] }, { status: 400 })
  const entered = await inTransaction(runtime, (tx) =>
    enterRequest(tx, runtime, { ...parsed.data, files: files.files }, { kind: 'staff', id: staff.id }),
  )
  if (!entered.ok) return data({ typed, kinds, wrong: [entered.reason], files: [] }, { status: 400 })
  throw redirect(`/desk/requests/${entered.requests[0]?.reference ?? ''}`, 303)
}

export default function EnterRequest() {
  const t = useTexts()
  const { today, mayImport } = useLoaderData<typeof loader>()
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{t('desk:enter.title')}</h1>
      </div>
      <p>{t('desk:enter.lead')}</p>
      {mayImport ? (
        <p>
          <a href="/desk/requests/import">{t('importing:link')}</a>
        </p>
      ) : null}
      <EntryForm today={today} failed={useActionData<typeof action>()} />
    </div>
  )
}
