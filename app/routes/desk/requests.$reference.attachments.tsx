import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import { attachFiles } from '~/requests/attach.server'
import { destroyAttachment, markBsn, replaceAttachment } from '~/requests/destroy-attachment.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { SelectField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { filesForm, judged } from './attachment-form.server'
import { attachmentsShape } from './attachments.server'
import { caseAt, caseHead, statusOfRefusal } from './case.server'
import { Problem } from './parts/action-page'
import { AttachmentList } from './parts/attachment-list'
import { CaseTitle } from './parts/case-title'
import { FileField } from '~/ui/file-field'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  return { head: caseHead(row), files: await attachmentsShape(context.runtime, row, staff.id) }
}

/** POST: files to keep, or what to do with one (`attachment`, `intent`): bsn, destroy, replace. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const read = await filesForm(request, context)
  const attachmentId = read.form.get('attachment')
  const failed = (status: number, reason: string | null, problems: { name: string; problem: string }[] = []) =>
    data({ attachment: attachmentId, reason, problems }, { status })
  if (!read.ok) return failed(413, null, read.problems)
  const verdict = judged(read.files)
  if (!verdict.ok) return failed(verdict.status, null, verdict.problems)
  const intent = read.form.get('intent')
  const [file] = verdict.files
  if (!file && intent !== 'bsn' && intent !== 'destroy') return failed(400, 'file_missing')
  const done = await inTransaction(runtime, async (tx) => {
    const order = { request: row, attachmentId, by: staff }
    if (intent === 'bsn') return markBsn(tx, runtime, order)
    if (intent === 'destroy') return destroyAttachment(tx, runtime, order)
    if (intent === 'replace' && file) return replaceAttachment(tx, runtime, { ...order, file })
    const kept = await attachFiles(tx, runtime, {
      request: row,
      files: verdict.files,
      source: read.form.get('source') === 'authority' ? 'authority' : 'letter',
      actor: { kind: 'staff', id: staff.id },
    })
    return kept ? { ok: true as const } : { ok: false as const, reason: 'purged' }
  })
  if (!done.ok) return failed(done.reason === 'unknown_attachment' ? 404 : statusOfRefusal(done.reason), done.reason)
  throw redirect(`/desk/requests/${row.reference}/attachments`, 303)
}

export default function Attachments() {
  const t = useTexts()
  const { head, files } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const newProblems = failed && !failed.attachment ? failed.problems : []
  return (
    <div className="action-page">
      <CaseTitle shape={head} doing={t('casework:files.title')} />
      <Problem reason={failed?.reason} />
      <AttachmentList reference={head.reference} files={files} failed={failed} />
      <h2>{t('casework:files.add')}</h2>
      <form method="post" encType="multipart/form-data" noValidate>
        <Csrf />
        <SelectField
          name="source"
          label={t('casework:files.what')}
          value="letter"
          options={['letter', 'authority'].map((value) => ({ value, label: t(`casework:files.source.${value}`) }))}
        />
        <FileField label={t('casework:files.label')} problems={newProblems} multiple />
        <Button>{t('casework:files.button')}</Button>
      </form>
    </div>
  )
}
