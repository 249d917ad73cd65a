import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { completeRequest, completionMail } from '~/requests/complete.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { actionHead, caseAt } from './case.server'
import { tellInOwnWords } from './own-words.server'
import { OwnWordsPage } from './parts/own-words-page'
import { snippetChoices } from './snippet-form.server'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  return { head: await actionHead(context, request, row), snippets: await snippetChoices(context.runtime, row) }
}

/** POST: a request that needs no plan is answered and closed. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  return tellInOwnWords(request, context, row, {
    field: 'answer',
    template: 'completed',
    mail: (answer) => completionMail(runtime, row, answer, '…'),
    tell: (tx, answer, version) => completeRequest(tx, runtime, { requestId: row.id, answer, by: staff, version }),
  })
}

export default function Completion() {
  const t = useTexts()
  const { head, snippets } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <OwnWordsPage
      head={head}
      sent={sent}
      field="answer"
      doing={t('desk:do.completion')}
      lead={t(head.hasAddress ? 'desk:completion.lead' : 'desk:completion.leadLetter')}
      label={t('desk:completion.label')}
      hint={t(`desk:completion.language.${head.language}`)}
      button={t('desk:completion.button')}
      rows={10}
      snippets={snippets}
    />
  )
}
