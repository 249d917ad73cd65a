import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { translatorFor } from '~/locales/translate'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { absenceOf, changeAbsence } from './absence.server'
import { deskForm } from './desk-form.server'
import { AbsenceForm } from './parts/absence-form'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

function staffIn(params: { staff?: string }): string {
  const id = z.uuid().safeParse(params.staff)
  if (!id.success) throw new Response(null, { status: 404 })
  return id.data
}

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'staff.manage')
  const loaded = await absenceOf(context, staffIn(params))
  const t = translatorFor(languageOfRequest(request))
  return { title: t('watch:absence.titleOf', { name: loaded.name }), ...loaded }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'staff.manage')
  const form = await deskForm(request, context)
  const staffId = staffIn(params)
  return changeAbsence(context, { form, staffId, by: staff, page: `/desk/staff/${staffId}/absence` })
}

export default function AbsenceOfStaff() {
  const t = useTexts()
  const { title, ...loaded } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{title}</h1>
        <a href="/desk/staff">{t('desk:staff.title')}</a>
      </div>
      <p>{t('watch:absence.leadOf', { name: loaded.name })}</p>
      <AbsenceForm {...loaded} failed={failed} />
    </div>
  )
}
