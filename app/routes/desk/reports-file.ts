import type { LoaderFunctionArgs } from '@remix-run/node'
import { z } from 'zod'
import { translatorFor } from '~/locales/translate'
import { requireStaff } from '~/staff/require-staff.server'
import { tableOf } from '~/ui/chart'
import { languageOfRequest } from '~/ui/language-of-request'
import { csvAnswer } from './csv.server'
import { chartNames, reportCharts } from './reports.server'

/** GET: the table of one chart as CSV. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'reports.read')
  const name = z.enum(chartNames).safeParse(new URL(request.url).searchParams.get('chart'))
  if (!name.success) throw new Response(null, { status: 400 })
  const charts = await reportCharts(context.runtime, translatorFor(languageOfRequest(request)))
  return csvAnswer(`privacybalie-${name.data}.csv`, tableOf(charts[name.data]))
}
