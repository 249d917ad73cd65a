import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { askSubject, questionMail } from '~/requests/question.server'
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

/** POST: the data subject is asked something. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  return tellInOwnWords(request, context, row, {
    field: 'question',
    template: 'question',
    mail: (question) => questionMail(runtime, row, question, '…'),
    tell: (tx, question, version) => askSubject(tx, runtime, { requestId: row.id, question, by: staff, version }),
  })
}

export default function Question() {
  const t = useTexts()
  const { head, snippets } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <OwnWordsPage
      head={head}
      sent={sent}
      field="question"
      doing={t('desk:do.question')}
      lead={t('desk:question.lead')}
      label={t('desk:question.label')}
      button={t('desk:question.button')}
      snippets={snippets}
    />
  )
}
