import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { lettersToPost } from '~/mail/letters.server'
import { deskToday } from '~/requests/case-view.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { translatorFor } from '~/locales/translate'
import { deskForm } from './desk-form.server'
import { lettersShape, recordPosting } from './letters.server'
import { Problem } from './parts/action-page'
import { LetterTable, PrintAll } from './parts/letter-table'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

/** The letters of the day: what waits to be printed and posted, over all cases. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const { today, zone } = await deskToday(runtime)
  return {
    title: translatorFor(languageOfRequest(request))('casework:letters.title'),
    letters: await lettersShape(runtime, await lettersToPost(runtime.db), zone),
    today: today.toString(),
  }
}

/** POST: a letter was posted, on which day. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const form = await deskForm(request, context)
  const posted = await recordPosting(context.runtime, form, staff)
  if (!posted.ok) return data(posted, { status: posted.status })
  throw redirect('/desk/letters', 303)
}

export default function Letters() {
  const t = useTexts()
  const { letters, today } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <>
      <div className="page-head">
        <h1>{t('casework:letters.title')}</h1>
        {letters.length > 0 ? <PrintAll /> : null}
      </div>
      <Problem reason={failed?.reason} />
      {letters.length > 0 ? (
        <>
          <p>{t('casework:letters.lead')}</p>
          <LetterTable letters={letters} today={today} action="/desk/letters" failed={failed} withCase />
        </>
      ) : (
        <div className="empty">
          <p>{t('casework:letters.none')}</p>
        </div>
      )}
    </>
  )
}
