import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import type { RequestContext } from '~/platform/context.server'
import { inTransaction } from '~/platform/runtime.server'
import { requireStaff } from '~/staff/require-staff.server'
import { describeActivity, readRegister, removeActivity, writtenOf } from '~/systems/register.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskForm } from './desk-form.server'
import { ActivityForm } from './parts/activity-form'
import { entryFromForm, entryToFields } from './register.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

/** The activity that an address names; one that neither a data map nor a person names ends in its page (404). */
async function activityAt({ runtime }: Pick<RequestContext, 'runtime'>, params: { activity?: string | undefined }) {
  const found = (await readRegister(runtime.db, 'nl')).find(({ activity }) => activity === params.activity)
  if (!found) throw new Response(null, { status: 404 })
  return found
}

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'systems.manage')
  const { activity } = await activityAt(context, params)
  return {
    title: translatorFor(languageOfRequest(request))('register:editTitle', { activity }),
    entry: entryToFields(await writtenOf(context.runtime.db, activity)),
  }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'systems.manage')
  const { runtime } = context
  const form = await deskForm(request, context)
  const { activity: key } = await activityAt(context, params)
  if (form.get('intent') === 'remove') {
    await inTransaction(runtime, (tx) => removeActivity(tx, runtime, { key, by: staff }))
    throw redirect('/desk/register', 303)
  }
  const read = entryFromForm(form)
  if (!read.ok) {
    const field = read.wrong === 'recipients' ? 'recipients' : 'name.nl'
    return data({ typed: read.typed, field, wrong: read.wrong }, { status: 400 })
  }
  const { entry } = read
  await inTransaction(runtime, (tx) => describeActivity(tx, runtime, { key, entry, by: staff }))
  throw redirect('/desk/register', 303)
}

export default function Activity() {
  const t = useTexts()
  const { title, entry } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const errors = failed ? { [failed.field]: t(`register:wrong.${failed.wrong}`) } : {}
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{title}</h1>
      </div>
      <ActivityForm {...(failed?.typed ?? entry)} errors={errors} />
      <form method="post">
        <Csrf />
        <Button look="quiet" name="intent" value="remove">
          {t('register:remove')}
        </Button>
      </form>
    </div>
  )
}
