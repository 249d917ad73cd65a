import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { lettersOfRequest } from '~/mail/letters.server'
import { deskToday } from '~/requests/case-view.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { caseAt, caseHead } from './case.server'
import { deskForm } from './desk-form.server'
import { lettersShape, recordPosting } from './letters.server'
import { Problem } from './parts/action-page'
import { CaseTitle } from './parts/case-title'
import { LetterTable } from './parts/letter-table'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const { today, zone } = await deskToday(runtime)
  const letters = await lettersOfRequest(runtime.db, row.id)
  return { head: caseHead(row), letters: await lettersShape(runtime, letters, zone), today: today.toString() }
}

/** POST: a letter of this case was posted, on which day. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const posted = await recordPosting(context.runtime, form, staff)
  if (!posted.ok) return data(posted, { status: posted.status })
  throw redirect(`/desk/requests/${row.reference}/letters`, 303)
}

export default function CaseLetters() {
  const t = useTexts()
  const { head, letters, today } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <div>
      <CaseTitle shape={head} doing={t('casework:letters.ofCase')} />
      <Problem reason={failed?.reason} />
      <p>{t(letters.length > 0 ? 'casework:letters.lead' : 'casework:letters.noneOfCase')}</p>
      {letters.length > 0 ? (
        <LetterTable
          letters={letters}
          today={today}
          action={`/desk/requests/${head.reference}/letters`}
          failed={failed}
        />
      ) : null}
    </div>
  )
}
