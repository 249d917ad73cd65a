import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { findCalendar } from '~/deadlines/calendar'
import { appendEvidence } from '~/evidence/append.server'
import { translatorFor } from '~/locales/translate'
import { isSettingName, readOrganisation, writeSetting } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { followSetting } from '~/requests/recompute.server'
import { may } from '~/staff/permissions'
import { confirmPresence, isFresh } from '~/staff/reauthenticate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { Notice } from '~/ui/notice'
import { deskForm } from './desk-form.server'
import { PasswordAgain } from './parts/password-again'
import { settingFromText, settingToText } from './parts/setting-text'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'settings.read')
  const { staff } = session
  const settings = await readOrganisation(context.runtime.db)
  return {
    title: translatorFor(languageOfRequest(request))('desk:settings.title'),
    fresh: isFresh(context.runtime, session),
    mayManage: may(staff.role, 'settings.manage'),
    saved: new URL(request.url).searchParams.has('saved'),
    settings: Object.entries(settings).flatMap(([name, value]) => settingToText(name, value)),
  }
}

/** Thrown inside the transaction, so that a form with one wrong field changes nothing. */
class WrongSettings extends Error {
  constructor(readonly names: string[]) {
    super('settings refused')
  }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'settings.manage')
  const { staff } = session
  const { runtime } = context
  const form = await deskForm(request, context)
  const present: Record<string, unknown> = await readOrganisation(runtime.db)
  const typed: Record<string, string> = {}
  for (const [field, [value]] of Object.entries(form.entries)) if (value !== undefined) typed[field] = value
  const presence = await confirmPresence(runtime, session, {
    password: form.get('password'),
    clientAddress: context.clientAddress,
  })
  if (!presence.ok) {
    const status = presence.reason === 'too_many' ? 429 : 400
    const wrong: string[] = []
    return data({ typed, wrong, problem: presence.reason }, { status })
  }
  try {
    await inTransaction(runtime, async (tx) => {
      const wrong: string[] = []
      for (const [name, before] of Object.entries(present)) {
        const value = settingFromText(name, before, typed)
        if (value === undefined || !isSettingName(name) || JSON.stringify(value) === JSON.stringify(before)) continue
        // A calendar that nobody knows would close every page with a date.
        if (name === 'organisation.calendar' && !(await findCalendar(String(value))).ok) {
          wrong.push(name)
          continue
        }
        const written = await writeSetting(tx, runtime, name, value, staff.id)
        if (!written.ok) {
          wrong.push(name)
          continue
        }
        await appendEvidence(tx, runtime, {
          actor: { kind: 'staff', id: staff.id },
          verb: 'setting.changed',
          data: { name },
        })
        await followSetting(tx, name)
      }
      if (wrong.length > 0) throw new WrongSettings(wrong)
    })
  } catch (error) {
    if (error instanceof WrongSettings) return data({ typed, wrong: error.names, problem: null }, { status: 400 })
    throw error
  }
  throw redirect('/desk/settings?saved', 303)
}

export default function Settings() {
  const t = useTexts()
  const { mayManage, fresh, saved, settings } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const message = (name: string) =>
    failed?.wrong.includes(name) ? t('desk:settings.wrong', { name: t(`desk:setting.${name}.label`) }) : undefined
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{t('desk:settings.title')}</h1>
        <p>
          <a href="/desk/snippets">{t('snippets:title')}</a> · <a href="/desk/settings/safety">{t('safety:link')}</a>
        </p>
      </div>
      {saved && !failed ? (
        <div role="status">
          <Notice>
            <p>{t('desk:settings.saved')}</p>
          </Notice>
        </div>
      ) : null}
      <form method="post" noValidate>
        <Csrf />
        <ErrorSummary errors={Object.fromEntries(settings.map(({ field, name }) => [field, message(name)]))} />
        {settings.map(({ field, name, language, text, lines }) => {
          const label = t(`desk:setting.${name}.label`) + (language ? ` (${t(`common:language.${language}`)})` : '')
          const frame = {
            name: field,
            label,
            hint: t(`desk:setting.${name}.hint`),
            value: failed?.typed[field] ?? text,
            error: message(name),
          }
          return lines ? (
            <TextArea key={field} {...frame} rows={3} />
          ) : (
            <TextField key={field} {...frame} autoComplete="off" />
          )
        })}
        {mayManage ? (
          <>
            <PasswordAgain fresh={fresh} problem={failed?.problem} />
            <Button>{t('desk:settings.button')}</Button>
          </>
        ) : null}
      </form>
    </div>
  )
}
