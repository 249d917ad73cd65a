import type { LoaderFunctionArgs } from '@remix-run/node'
import { translatorFor } from '~/locales/translate'
import { requireStaff } from '~/staff/require-staff.server'
import { languageOfRequest } from '~/ui/language-of-request'
import { csvAnswer } from './csv.server'
import { safetyLines } from './safety.server'

/** GET: what the page about safety says, as CSV. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'settings.read')
  const t = translatorFor(languageOfRequest(request))
  const lines = await safetyLines(context.runtime, t)
  return csvAnswer('privacybalie-safety.csv', [
    ['standing', 'system', 'what'].map((column) => t(`safety:column.${column}`)),
    ...lines.map(({ inOrder, system, text }) => [t(inOrder ? 'safety:good' : 'safety:look'), system, text]),
  ])
}
