import type { LoaderFunctionArgs } from '@remix-run/node'
import { listMailbox } from '~/mail/mailbox.server'

export async function loader({ context }: LoaderFunctionArgs) {
  if (!context.runtime.demo) throw new Response(null, { status: 404 })
  return Response.json(await listMailbox(context.runtime.db))
}
