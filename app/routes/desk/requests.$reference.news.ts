import type { LoaderFunctionArgs } from '@remix-run/node'
import { changedSince } from '~/requests/changed-since.server'
import { requireStaff } from '~/staff/require-staff.server'
import { caseAt } from './case.server'

/** GET: what somebody else did to a case since the page that asks was read (`entry`: up to where it knows); null: nothing. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.read')
  const row = await caseAt(context, params)
  const entry = new URL(request.url).searchParams.get('entry') ?? ''
  if (!/^\d{1,18}$/.test(entry)) throw new Response(null, { status: 400 })
  const asked = { requestId: row.id, entry: BigInt(entry), reader: staff.id }
  return Response.json({ change: await changedSince(context.runtime, asked) })
}
