import { redirect } from '@remix-run/node'
import type { LoaderFunctionArgs } from '@remix-run/node'
import { requireStaff } from '~/staff/require-staff.server'

/** The queue is the home page. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'queue.read')
  throw redirect('/desk/queue', 303)
}
