import { redirect } from '@remix-run/node'
import type { LoaderFunctionArgs } from '@remix-run/node'
import { openAttachment } from '~/requests/attachments.server'
import { isUnmasked } from '~/requests/unmask.server'
import { requireStaff } from '~/staff/require-staff.server'
import { caseAt } from './case.server'

/** A file of the case, to be saved and never shown in the page; for whoever has just opened the case's personal data. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.unmask')
  const { runtime } = context
  const row = await caseAt(context, params)
  if (!(await isUnmasked(runtime.db, runtime, { requestId: row.id, staffId: staff.id })))
    throw redirect(`/desk/requests/${row.reference}/unmask`)
  const file = await openAttachment(runtime.db, runtime, {
    requestId: row.id,
    attachmentId: params['attachment'] ?? '',
  })
  if (!file) throw new Response(null, { status: 404 })
  return new Response(Buffer.from(file.content), {
    headers: {
      'Content-Type': file.mediaType,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    },
  })
}
