import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { dismissalMail, dismissRequest } from '~/requests/dismiss.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { actionHead, caseAt } from './case.server'
import { tellInOwnWords } from './own-words.server'
import { OwnWordsPage } from './parts/own-words-page'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  return { head: await actionHead(context, request, await caseAt(context, params)) }
}

/** POST: not a request under the GDPR; answered politely, and out of the figures. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  return tellInOwnWords(request, context, row, {
    field: 'answer',
    template: 'dismissed',
    mail: (answer) => dismissalMail(runtime, row, answer, '…'),
    tell: (tx, answer, version) => dismissRequest(tx, runtime, { requestId: row.id, answer, by: staff, version }),
  })
}

export default function Dismissal() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <OwnWordsPage
      head={head}
      sent={sent}
      field="answer"
      doing={t('verbs:do.dismissal')}
      lead={t(head.hasAddress ? 'verbs:dismissal.lead' : 'verbs:dismissal.leadLetter')}
      label={t('verbs:dismissal.label')}
      hint={`${t('verbs:dismissal.hint')} ${t(`desk:completion.language.${head.language}`)}`}
      button={t('verbs:dismissal.button')}
      look="danger"
    />
  )
}
