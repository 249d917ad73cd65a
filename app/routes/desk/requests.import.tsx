import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { inTransaction } from '~/platform/runtime.server'
import { showOnce, takeShown } from '~/platform/show-once.server'
import { readUpload } from '~/platform/uploads.server'
import { checkRows } from '~/requests/importing/check-rows.server'
import { importRequests } from '~/requests/importing/import-requests.server'
import { decodeFile, importColumns } from '~/requests/importing/read-csv'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { ImportChecked, checkedShape } from './parts/import-checked'
import { ImportForm } from './parts/import-form'

const page = '/desk/requests/import'
const cookie = 'imported'

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'settings.manage')
  const shown = takeShown(context.runtime, request, { name: cookie, holder: staff.id })
  const loaded = {
    title: translatorFor(languageOfRequest(request))('importing:title'),
    columns: [...importColumns],
    done: shown ? (JSON.parse(shown.text) as { made: number; already: number; skipped: number }) : null,
  }
  return data(loaded, shown ? { headers: { 'Set-Cookie': shown.cleared } } : {})
}

/** POST: a file (`file`) is only looked at; its text sent back (`text`) is imported, wrong rows left out where `skip` says so. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'settings.manage')
  const { runtime } = context
  const read = await readUpload(runtime, request)
  if (!read.ok) throw new Response(null, { status: read.status })
  const [file] = read.files.filter(({ field }) => field === 'file')
  if (file?.tooLarge)
    return data({ text: '', checked: { ok: false, reason: 'file_too_large' } as const }, { status: 413 })
  const isImport = read.form.get('intent') === 'import'
  const text = isImport ? read.form.get('text') : decodeFile(file?.content ?? new Uint8Array())
  if (!isImport) {
    const checked = await checkRows(runtime.db, runtime, text)
    return data({ text, checked: checkedShape(checked) }, { status: checked.ok ? 200 : 400 })
  }
  const skip = read.form.get('skip') === 'yes'
  const imported = await inTransaction(runtime, (tx) => importRequests(tx, runtime, { text, skip, by: staff }))
  if (!imported.ok) return data({ text, checked: checkedShape(imported.checked) }, { status: 400 })
  const done = JSON.stringify({ made: imported.made.length, already: imported.already, skipped: imported.skipped })
  const shown = showOnce(runtime, { name: cookie, holder: staff.id, text: done })
  throw redirect(page, { status: 303, headers: { 'Set-Cookie': shown } })
}

export default function ImportRequests() {
  const t = useTexts()
  const { columns, done } = useLoaderData<typeof loader>()
  const looked = useActionData<typeof action>()
  return (
    <>
      <div className="page-head">
        <h1>{t('importing:title')}</h1>
        <a href="/desk/queue">{t('desk:failure.back')}</a>
      </div>
      {done ? (
        <p role="status">
          {t('importing:done.made', { count: done.made })} {t('importing:done.already', { count: done.already })}{' '}
          {t('importing:done.skipped', { count: done.skipped })}
        </p>
      ) : null}
      {looked ? <ImportChecked checked={looked.checked} text={looked.text} /> : null}
      <ImportForm columns={columns} />
    </>
  )
}
