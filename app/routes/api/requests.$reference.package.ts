import { createReadableStreamFromReadable } from '@remix-run/node'
import { openPackage } from '~/access/offer.server'
import { zipName } from '~/access/zip.server'
import { apiRoute, requestAt } from './api-route.server'
import { Problem } from './problem.server'

const route = apiRoute('api/v1/requests/:reference/package', {
  read: async (call) => {
    // Asking for the head alone is no download, and must not be recorded as one.
    if (call.request.method === 'HEAD') throw new Problem('method-not-allowed', {}, { Allow: 'GET' })
    const row = await requestAt(call)
    if (row.kind !== 'access' && row.kind !== 'portability') throw new Problem('wrong-kind')
    const opened = await openPackage(call.runtime, row.id, { actor: call.bearer.actor, link: null })
    if (!opened.ok) throw new Problem('package-not-released')
    return new Response(createReadableStreamFromReadable(opened.file), {
      headers: {
        'Content-Type': 'application/zip',
        'Content-Disposition': `attachment; filename="${zipName(row)}"`,
      },
    })
  },
})

export const loader = route.loader
export const action = route.action
