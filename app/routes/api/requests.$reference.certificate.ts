import { certificatePdf } from '~/erasure/certificate-pdf.server'
import { certificateOf } from '~/erasure/certificate.server'
import { apiRoute, requestAt } from './api-route.server'
import { parsed } from './json-body.server'
import { Problem } from './problem.server'
import { certificateQuerySchema, certificateSchema } from './schemas'

const route = apiRoute('api/v1/requests/:reference/certificate', {
  read: async (call) => {
    const { copy, language } = parsed(certificateQuerySchema, Object.fromEntries(call.url.searchParams))
    const row = await requestAt(call)
    const certificate = await certificateOf(call.runtime, row.id, {
      copy,
      language: language ?? (row.language === 'en' ? 'en' : 'nl'),
    })
    if (!certificate) throw new Problem('wrong-state')
    if (!(call.request.headers.get('Accept') ?? '').includes('application/pdf'))
      return { status: 200, body: certificateSchema.parse(certificate) }
    return new Response(await certificatePdf(certificate), {
      headers: {
        'Content-Type': 'application/pdf',
        'Content-Disposition': `attachment; filename="${row.reference}.pdf"`,
        Vary: 'Accept',
      },
    })
  },
})

export const loader = route.loader
export const action = route.action
