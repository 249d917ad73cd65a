import { Readable } from 'node:stream'
import { createReadableStreamFromReadable } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import type { RequestContext } from '~/platform/context.server'
import { deskToday } from '~/requests/case-view.server'
import { exportQueue } from '~/requests/export-queue.server'
import type { QueueQuery } from '~/requests/queue-views'
import { requireStaff } from '~/staff/require-staff.server'
import { deskForm } from './desk-form.server'
import { sureOfPresence } from './parts/present.server'
import { queueQueryIn } from './queue-query.server'

/** GET: the view and filters of the address as CSV, masked. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'queue.read')
  return queueFile(context, queueQueryIn(new URL(request.url).searchParams), staff.id, false)
}

/** POST: the same with names and addresses in full, which is evidence on every case in it. */
export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'case.unmask')
  const form = await deskForm(request, context)
  const query = queueQueryIn(new URLSearchParams(form.get('parameters')))
  sureOfPresence(context, session, '/desk/queue')
  return queueFile(context, query, session.staff.id, true)
}

async function queueFile(
  { runtime }: Pick<RequestContext, 'runtime'>,
  query: QueueQuery,
  staffId: string,
  unmasked: boolean,
): Promise<Response> {
  const { today, zone } = await deskToday(runtime)
  const lines = exportQueue(runtime, { query, reader: { staffId, today }, zone, unmasked })
  return new Response(createReadableStreamFromReadable(Readable.from(lines)), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="privacybalie-${today.toString()}.csv"`,
    },
  })
}
