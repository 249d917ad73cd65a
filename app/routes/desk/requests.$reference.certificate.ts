import type { LoaderFunctionArgs } from '@remix-run/node'
import { certificatePdf } from '~/erasure/certificate-pdf.server'
import { certificateOf } from '~/erasure/certificate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { languageOfRequest } from '~/ui/language-of-request'
import { caseAt } from './case.server'

/** The certificate as PDF: staff's copy in the language of the desk, the subject's in that of the request. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.read')
  const row = await caseAt(context, params)
  const copy = new URL(request.url).searchParams.get('copy') === 'subject' ? 'subject' : 'staff'
  const own = row.language === 'en' ? 'en' : 'nl'
  const certificate = await certificateOf(context.runtime, row.id, {
    copy,
    language: copy === 'subject' ? own : languageOfRequest(request),
  })
  if (!certificate) throw new Response(null, { status: 404 })
  return new Response(await certificatePdf(certificate), {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `attachment; filename="${row.reference}-${copy}.pdf"`,
    },
  })
}
