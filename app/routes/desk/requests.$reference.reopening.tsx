import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { reopeningMail, reopenRequest } from '~/requests/reopen.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { actionHead, caseAt } from './case.server'
import { tellInOwnWords } from './own-words.server'
import { OwnWordsPage } from './parts/own-words-page'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  return { head: await actionHead(context, request, await caseAt(context, params)) }
}

/** POST: a case that was answered is worked on again. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  return tellInOwnWords(request, context, row, {
    field: 'reason',
    template: 'reopened',
    mail: (reason) => reopeningMail(runtime, row, reason, '…'),
    tell: (tx, reason, version) => reopenRequest(tx, runtime, { requestId: row.id, reason, by: staff, version }),
  })
}

export default function Reopening() {
  const t = useTexts()
  const { head } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <OwnWordsPage
      head={head}
      sent={sent}
      field="reason"
      doing={t('verbs:do.reopening')}
      lead={t('verbs:reopening.lead')}
      label={t('verbs:reopening.label')}
      hint={t(`desk:completion.language.${head.language}`)}
      button={t('verbs:reopening.button')}
    />
  )
}
