import type { LoaderFunctionArgs } from '@remix-run/node'
import { translatorFor } from '~/locales/translate'
import { documentPdf } from '~/platform/document-pdf.server'
import { deskToday } from '~/requests/case-view.server'
import { requireStaff } from '~/staff/require-staff.server'
import { dateInWords } from '~/ui/dates'
import { languageOfRequest } from '~/ui/language-of-request'
import { safetyLines } from './safety.server'

/** GET: what the page about safety says, as PDF: the measures of GDPR art. 30(1)(g) and 32. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'settings.read')
  const { runtime } = context
  const language = languageOfRequest(request)
  const t = translatorFor(language)
  const { organisation, today } = await deskToday(runtime)
  const lines = await safetyLines(runtime, t)
  const pdf = await documentPdf({
    title: t('safety:title'),
    about: [organisation['organisation.name'], dateInWords(today.toString(), t)],
    language,
    sections: [false, true].map((good) => ({
      title: t(good ? 'safety:good' : 'safety:look'),
      lines: lines
        .filter(({ inOrder }) => inOrder === good)
        .map(({ system, text }) => (system ? `${system}: ${text}` : text)),
    })),
  })
  return new Response(pdf, {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': 'attachment; filename="privacybalie-safety.pdf"',
    },
  })
}
