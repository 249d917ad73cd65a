import { createReadableStreamFromReadable, redirect } from '@remix-run/node'
import type { LoaderFunctionArgs } from '@remix-run/node'
import { openDraft } from '~/access/offer.server'
import { zipName } from '~/access/zip.server'
import { isUnmasked } from '~/requests/unmask.server'
import { requireStaff } from '~/staff/require-staff.server'
import { caseAt } from './case.server'

/** The package as it would be released now; only for whoever has just opened the personal data of the case; others are led to opening it. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'package.release')
  const row = await caseAt(context, params)
  if (!(await isUnmasked(context.runtime.db, context.runtime, { requestId: row.id, staffId: staff.id })))
    throw redirect(`/desk/requests/${row.reference}/unmask`)
  const opened = await openDraft(context.runtime, row, staff.id)
  if (!opened.ok) throw new Response(null, { status: 404 })
  return new Response(createReadableStreamFromReadable(opened.file), {
    headers: { 'Content-Type': 'application/zip', 'Content-Disposition': `attachment; filename="${zipName(row)}"` },
  })
}
