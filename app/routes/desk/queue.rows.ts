import type { LoaderFunctionArgs } from '@remix-run/node'
import { requireStaff } from '~/staff/require-staff.server'
import { queuePage } from './queue-page.server'

/** GET: what the queue's page with the same parameters would show now, for a page that heard of a change. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'queue.read')
  return Response.json(await queuePage(context, staff.id, new URL(request.url).searchParams))
}
