import type { RequestContext } from '~/platform/context.server'
import type { FormValues } from '~/platform/forms.server'
import { readUpload } from '~/platform/uploads.server'
import type { UploadedFile } from '~/platform/uploads.server'
import { judgeFiles } from '~/requests/attach.server'
import type { FileProblem, NewAttachment } from '~/requests/attach.server'

export type ReadFiles =
  | { ok: true; form: FormValues; files: UploadedFile[] }
  | { ok: false; form: FormValues; problems: FileProblem[]; status: 413 }

/** A form with files. Not ours: its page (400). Larger than all files together may be: told, with everything typed. */
export async function filesForm(request: Request, context: Pick<RequestContext, 'runtime'>): Promise<ReadFiles> {
  const read = await readUpload(context.runtime, request)
  if (read.ok) return read
  if (read.reason !== 'too_large' || !read.form) throw new Response(null, { status: read.status })
  return { ok: false, form: read.form, problems: [{ name: '', problem: 'filesTooMuch' }], status: 413 }
}

export type JudgedFiles =
  { ok: true; files: NewAttachment[] } | { ok: false; problems: FileProblem[]; status: 400 | 413 }

/** Whether the files of a form may be kept, with the status that says why not. */
export function judged(files: readonly UploadedFile[]): JudgedFiles {
  const verdict = judgeFiles(files)
  if (verdict.ok) return verdict
  const isSize = verdict.problems.some(({ problem }) => problem === 'fileSize')
  return { ...verdict, status: isSize ? 413 : 400 }
}
