import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { absenceOf, changeAbsence } from './absence.server'
import { deskForm } from './desk-form.server'
import { AbsenceForm } from './parts/absence-form'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'account.own')
  const title = translatorFor(languageOfRequest(request))('watch:absence.title')
  return { title, ...(await absenceOf(context, staff.id)) }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'account.own')
  const form = await deskForm(request, context)
  return changeAbsence(context, { form, staffId: staff.id, by: staff, page: '/desk/account/absence' })
}

export default function OwnAbsence() {
  const t = useTexts()
  const { title, ...loaded } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{title}</h1>
        <a href="/desk/account">{t('desk:account.title')}</a>
      </div>
      <p>{t('watch:absence.lead')}</p>
      <AbsenceForm {...loaded} failed={failed} />
    </div>
  )
}
