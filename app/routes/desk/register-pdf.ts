import type { LoaderFunctionArgs } from '@remix-run/node'
import { translatorFor } from '~/locales/translate'
import { documentPdf } from '~/platform/document-pdf.server'
import { deskToday } from '~/requests/case-view.server'
import { requireStaff } from '~/staff/require-staff.server'
import { readRegister } from '~/systems/register.server'
import { dateInWords } from '~/ui/dates'
import { languageOfRequest } from '~/ui/language-of-request'
import { activityInWords, registerColumns } from './register.server'

/** GET: the register of processing activities as PDF. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'systems.read')
  const { runtime } = context
  const language = languageOfRequest(request)
  const t = translatorFor(language)
  const { organisation, today } = await deskToday(runtime)
  const pdf = await documentPdf({
    title: t('register:title'),
    about: [organisation['organisation.name'], dateInWords(today.toString(), t)],
    language,
    sections: (await readRegister(runtime.db, language)).map((activity) => {
      const { activity: title, ...words } = activityInWords(activity, t)
      const columns = registerColumns.filter((column) => column !== 'activity')
      return {
        title,
        lines: columns.flatMap((column) =>
          words[column] ? [`${t(`register:column.${column}`)}: ${words[column]}`] : [],
        ),
      }
    }),
  })
  return new Response(pdf, {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': 'attachment; filename="privacybalie-register.pdf"',
    },
  })
}
