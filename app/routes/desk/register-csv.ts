import type { LoaderFunctionArgs } from '@remix-run/node'
import { translatorFor } from '~/locales/translate'
import { requireStaff } from '~/staff/require-staff.server'
import { readRegister } from '~/systems/register.server'
import { languageOfRequest } from '~/ui/language-of-request'
import { csvAnswer } from './csv.server'
import { activityInWords, registerColumns } from './register.server'

/** GET: the register of processing activities as CSV. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'systems.read')
  const language = languageOfRequest(request)
  const t = translatorFor(language)
  const rows = (await readRegister(context.runtime.db, language)).map((activity) => activityInWords(activity, t))
  return csvAnswer('privacybalie-register.csv', [
    registerColumns.map((column) => t(`register:column.${column}`)),
    ...rows.map((row) => registerColumns.map((column) => row[column])),
  ])
}
