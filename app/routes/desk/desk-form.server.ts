import type { RequestContext } from '~/platform/context.server'
import { readForm } from '~/platform/forms.server'
import type { FormOptions, FormValues } from '~/platform/forms.server'

/** The form that was posted. One that was not ours, or is too large, ends in its page (400, 413). */
export async function deskForm(
  request: Request,
  context: Pick<RequestContext, 'runtime'>,
  options: FormOptions = {},
): Promise<FormValues> {
  const read = await readForm(context.runtime, request, options)
  if (!read.ok) throw new Response(null, { status: read.status })
  return read.form
}

/** A form's `version`: the state of the case that the person saw. Absent or no number: whatever is there now. */
export function versionIn(form: FormValues): number | undefined {
  const version = Number(form.get('version'))
  return Number.isInteger(version) && version > 0 ? version : undefined
}
