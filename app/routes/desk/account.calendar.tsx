import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { translatorFor } from '~/locales/translate'
import { inTransaction } from '~/platform/runtime.server'
import { showOnce, takeShown } from '~/platform/show-once.server'
import { deskToday } from '~/requests/case-view.server'
import { feedScopes, feedsOf, makeFeed, revokeFeed } from '~/requests/calendar-feed.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { momentInWords } from '~/ui/dates'
import { SelectField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { Notice } from '~/ui/notice'
import { deskForm } from './desk-form.server'

const page = '/desk/account/calendar'
const cookie = 'calendar-feed'

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'account.own')
  const { runtime } = context
  const shown = takeShown(runtime, request, { name: cookie, holder: staff.id })
  const loaded = {
    title: translatorFor(languageOfRequest(request))('calendar:title'),
    zone: (await deskToday(runtime)).zone,
    made: shown ? `${runtime.publicUrl}/desk/calendar/${shown.text}.ics` : null,
    scopes: [...feedScopes],
    feeds: await feedsOf(runtime.db, staff.id),
  }
  return data(loaded, shown ? { headers: { 'Set-Cookie': shown.cleared } } : {})
}

/** POST: makes an address for a calendar program (`scope`), or ends one (`feed`). */
export async function action({ request, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'account.own')
  const { runtime } = context
  const form = await deskForm(request, context)
  const feedId = form.get('feed')
  if (feedId) {
    if (!z.uuid().safeParse(feedId).success) throw new Response(null, { status: 400 })
    const ended = await inTransaction(runtime, (tx) => revokeFeed(tx, runtime, { staffId: staff.id, feedId }))
    if (!ended.ok) throw new Response(null, { status: 404 })
    throw redirect(page, 303)
  }
  const scope = z.enum(feedScopes).safeParse(form.get('scope'))
  if (!scope.success) throw new Response(null, { status: 400 })
  const made = await inTransaction(runtime, (tx) => makeFeed(tx, runtime, { staffId: staff.id, scope: scope.data }))
  if (!made.ok) return data({ problem: made.reason, scope: scope.data }, { status: 400 })
  const shown = showOnce(runtime, { name: cookie, holder: staff.id, text: made.token })
  throw redirect(page, { status: 303, headers: { 'Set-Cookie': shown } })
}

export default function CalendarFeeds() {
  const t = useTexts()
  const { feeds, made, scopes, zone } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{t('calendar:title')}</h1>
        <a href="/desk/account">{t('desk:account.title')}</a>
      </div>
      <p>{t('calendar:lead')}</p>
      {made ? (
        <div role="status">
          <Notice tone="warning">
            <p>{t('calendar:once')}</p>
            <p>
              <code data-feed>{made}</code>
            </p>
          </Notice>
        </div>
      ) : null}
      {failed ? (
        <div role="alert">
          <Notice tone="error">
            <p>{t(`calendar:problem.${failed.problem}`)}</p>
          </Notice>
        </div>
      ) : null}
      {feeds.length > 0 ? (
        <ul>
          {feeds.map(({ id, scope, createdAt }) => (
            <li key={id}>
              <form method="post">
                <Csrf />
                <input type="hidden" name="feed" value={id} />
                {t('calendar:made', {
                  scope: t(`calendar:scope.${scope}`),
                  at: momentInWords(createdAt, zone, t),
                })}{' '}
                <button className="link-button">{t('calendar:revoke')}</button>
              </form>
            </li>
          ))}
        </ul>
      ) : null}
      <form method="post">
        <Csrf />
        <SelectField
          name="scope"
          label={t('calendar:what')}
          value={failed?.scope ?? 'mine'}
          options={scopes.map((value) => ({ value, label: t(`calendar:scope.${value}`) }))}
        />
        <Button>{t('calendar:make')}</Button>
      </form>
    </div>
  )
}
