import { createReadableStreamFromReadable, redirect } from '@remix-run/node'
import type { LoaderFunctionArgs } from '@remix-run/node'
import { openPackage } from '~/access/offer.server'
import { isFreshlyProven } from '~/identity/session.server'
import { requestOfAddress } from '~/requests/of-address.server'
import { languageParam } from './language-param'
import { requireSubject } from './require-subject.server'

/** The person's data as a file: their own session, a code of the last ten minutes, and the signed address. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const language = languageParam(params)
  const reference = params['reference'] ?? ''
  const { runtime } = context
  const session = await requireSubject(context, request, language, reference)
  const row = await requestOfAddress(runtime.db, session.emailIndex, reference)
  if (!row) throw new Response(null, { status: 404 })
  if (!isFreshlyProven(runtime, session)) return redirect(`/${language}/requests/${reference}#download`)
  const search = new URL(request.url).searchParams
  // Asking for the head alone is no download, and must not be recorded as one.
  if (request.method === 'HEAD') throw new Response(null, { status: 405, headers: { Allow: 'GET' } })
  const link = { until: search.get('until') ?? '', signature: search.get('signature') ?? '' }
  const opened = await openPackage(runtime, row.id, { actor: { kind: 'subject' }, link })
  if (!opened.ok) throw new Response(null, { status: 404 })
  return new Response(createReadableStreamFromReadable(opened.file), {
    headers: {
      'Content-Type': 'application/zip',
      'Content-Disposition': `attachment; filename="${row.reference}.zip"`,
    },
  })
}
