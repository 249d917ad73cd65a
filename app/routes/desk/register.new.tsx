import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { inTransaction } from '~/platform/runtime.server'
import { requireStaff } from '~/staff/require-staff.server'
import { activityKeySchema, describeActivity, readRegister } from '~/systems/register.server'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskForm } from './desk-form.server'
import { ActivityForm } from './parts/activity-form'
import { entryFromForm, entryToFields } from './register.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'systems.manage')
  return { title: translatorFor(languageOfRequest(request))('register:add'), entry: entryToFields(undefined) }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'systems.manage')
  const { runtime } = context
  const form = await deskForm(request, context)
  const key = form.get('key').trim()
  const read = entryFromForm(form)
  const refused = (field: string, wrong: string) =>
    data({ key, typed: read.typed, field, wrong }, { status: wrong === 'taken' ? 409 : 400 })
  // `new` is this page's own address.
  if (!activityKeySchema.safeParse(key).success || key === 'new') return refused('key', 'key')
  if (!read.ok) return refused(read.wrong === 'recipients' ? 'recipients' : 'name.nl', read.wrong)
  const { entry } = read
  const isTaken = (await readRegister(runtime.db, 'nl')).some(({ activity }) => activity === key)
  if (isTaken) return refused('key', 'taken')
  await inTransaction(runtime, (tx) => describeActivity(tx, runtime, { key, entry, by: staff }))
  throw redirect('/desk/register', 303)
}

export default function NewActivity() {
  const t = useTexts()
  const { title, entry } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const errors = failed ? { [failed.field]: t(`register:wrong.${failed.wrong}`) } : {}
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{title}</h1>
      </div>
      <ActivityForm {...(failed?.typed ?? entry)} errors={errors}>
        <TextField
          name="key"
          label={t('register:key')}
          hint={t('register:keyHint')}
          value={failed?.key}
          error={errors['key']}
          maxLength={63}
          autoComplete="off"
          required
        />
      </ActivityForm>
    </div>
  )
}
