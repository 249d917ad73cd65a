import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { inTransaction } from '~/platform/runtime.server'
import { deskToday } from '~/requests/case-view.server'
import { enterRequest } from '~/requests/intake.server'
import { requestKinds } from '~/requests/kinds'
import { requireStaff } from '~/staff/require-staff.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { SelectField, TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskForm } from './desk-form.server'
import { entryFields, entrySchema } from './parts/entry-schema'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'case.work')
  const { today } = await deskToday(context.runtime)
  return { title: translatorFor(languageOfRequest(request))('desk:enter.title'), today: today.toString() }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const form = await deskForm(request, context)
  const typed = Object.fromEntries(entryFields.map((field) => [field, form.get(field)]))
  const kinds = form.all('kind')
  const parsed = entrySchema.safeParse({ ...typed, kinds })
  if (!parsed.success) {
    const wrong = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))]
    return data({ typed, kinds, wrong }, { status: 400 })
  }
  const entered = await inTransaction(runtime, (tx) =>
    enterRequest(tx, runtime, parsed.data, { kind: 'staff', id: staff.id }),
  )
  if (!entered.ok) return data({ typed, kinds, wrong: [entered.reason] }, { status: 400 })
  throw redirect(`/desk/requests/${entered.requests[0]?.reference ?? ''}`, 303)
}

export default function EnterRequest() {
  const t = useTexts()
  const { today } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const wrongDate = failed?.wrong.find((reason) => reason.startsWith('received_'))
  const error = (field: string) => {
    if (field === 'receivedOn' && wrongDate) return t(`desk:problem.${wrongDate}`)
    return failed?.wrong.includes(field) ? t(`desk:enter.wrong.${field}`) : undefined
  }
  const text = (name: 'name' | 'email' | 'phone' | 'customerNumber' | 'postalAddress') => ({
    name,
    label: t(`desk:person.${name}`),
    value: failed?.typed[name],
    error: error(name),
    autoComplete: 'off' as const,
  })
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{t('desk:enter.title')}</h1>
      </div>
      <p>{t('desk:enter.lead')}</p>
      <form method="post" noValidate>
        <Csrf />
        <ErrorSummary
          errors={Object.fromEntries(
            ['channel', 'receivedOn', 'kinds', 'name', 'email', 'details'].map((field) => [field, error(field)]),
          )}
        />
        <SelectField
          name="channel"
          label={t('desk:case.channel')}
          value={failed?.typed['channel'] ?? 'letter'}
          options={['letter', 'phone', 'email'].map((value) => ({ value, label: t(`desk:channel.${value}`) }))}
        />
        <TextField
          name="receivedOn"
          type="date"
          label={t('desk:case.received')}
          hint={t('desk:enter.receivedHint')}
          value={failed?.typed['receivedOn'] ?? today}
          error={error('receivedOn')}
          required
        />
        <fieldset className="radios" data-invalid={error('kinds') ? '' : undefined}>
          <legend>{t('desk:enter.kinds')}</legend>
          {error('kinds') ? <p className="field-error">{error('kinds')}</p> : null}
          {requestKinds.map((kind, place) => (
            <label key={kind}>
              <input
                type="checkbox"
                name="kind"
                value={kind}
                defaultChecked={failed?.kinds.includes(kind)}
                id={place === 0 ? 'kinds' : undefined}
              />
              <span>{t(`common:kind.${kind}`)}</span>
            </label>
          ))}
        </fieldset>
        <SelectField
          name="objectionTo"
          label={t('desk:case.objectionTo')}
          hint={t('desk:enter.objectionHint')}
          value={failed?.typed['objectionTo'] ?? 'other'}
          options={['direct_marketing', 'profiling', 'other'].map((value) => ({
            value,
            label: t(`desk:objectionTo.${value}`),
          }))}
        />
        <TextField {...text('name')} required />
        <TextField {...text('email')} type="email" hint={t('desk:enter.emailHint')} />
        <TextField {...text('phone')} type="tel" />
        <TextField {...text('customerNumber')} />
        <TextArea {...text('postalAddress')} rows={3} />
        <TextArea
          name="details"
          label={t('desk:person.details')}
          value={failed?.typed['details']}
          error={error('details')}
          rows={6}
        />
        <SelectField
          name="language"
          label={t('desk:enter.language')}
          value={failed?.typed['language'] ?? 'nl'}
          options={['nl', 'en'].map((value) => ({ value, label: t(`common:language.${value}`) }))}
        />
        <Button>{t('desk:enter.button')}</Button>
      </form>
    </div>
  )
}
