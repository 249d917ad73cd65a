import type { LoaderFunctionArgs } from '@remix-run/node'
import { listMailbox } from '~/mail/mailbox.server'
import { isLoopback } from '~/platform/settings.server'

export async function loader({ request, context }: LoaderFunctionArgs) {
  // A page elsewhere whose name is made to point at this machine must not read the mails.
  if (!context.runtime.demo || !isLoopback(new URL(request.url).hostname)) throw new Response(null, { status: 404 })
  return Response.json(await listMailbox(context.runtime.db))
}
