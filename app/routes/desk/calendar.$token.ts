import type { LoaderFunctionArgs } from '@remix-run/node'
import { readFeed } from '~/requests/calendar-feed.server'

/** GET: due dates for a calendar program, which can't sign in; who has the address has the right. */
export async function loader({ params, context }: LoaderFunctionArgs) {
  const token = (params['token'] ?? '').replace(/\.ics$/, '')
  const read = await readFeed(context.runtime, { token, clientAddress: context.clientAddress })
  if (!read.ok) throw new Response(null, { status: read.reason === 'too_many' ? 429 : 404 })
  const headers = {
    'Content-Type': 'text/calendar; charset=utf-8',
    'Content-Disposition': 'inline; filename="privacybalie.ics"',
  }
  return new Response(read.text, { headers })
}
