import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { completePartially, partialMail } from '~/erasure/complete-partially.server'
import { unlessChanged } from '~/requests/unless-changed.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { actionHead, caseAt } from './case.server'
import { tellInOwnWords } from './own-words.server'
import { OwnWordsPage } from './parts/own-words-page'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'plan.execute')
  return { head: await actionHead(context, request, await caseAt(context, params)) }
}

/** POST: a request is closed though a part of it was not done. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'plan.execute')
  const { runtime } = context
  const row = await caseAt(context, params)
  return tellInOwnWords(request, context, row, {
    field: 'answer',
    template: 'partly_carried_out',
    mail: (answer) => partialMail(runtime.db, runtime, row, answer),
    tell: (tx, answer, version) =>
      unlessChanged(tx, { requestId: row.id, version }, () =>
        completePartially(tx, runtime, { requestId: row.id, answer, by: staff }),
      ),
  })
}

export default function PartialCompletion() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <OwnWordsPage
      head={head}
      sent={sent}
      field="answer"
      doing={t('desk:do.partial-completion')}
      lead={t(head.hasAddress ? 'desk:partly.lead' : 'desk:partly.leadLetter')}
      label={t('desk:partly.label')}
      hint={t(`desk:completion.language.${head.language}`)}
      button={t('desk:partly.button')}
      look="danger"
      rows={8}
    />
  )
}
