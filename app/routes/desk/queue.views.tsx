import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { translatorFor } from '~/locales/translate'
import { inTransaction } from '~/platform/runtime.server'
import { longestViewName, removeView, renameView, savedViewsOf, saveView } from '~/requests/saved-views.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { Notice } from '~/ui/notice'
import { deskForm } from './desk-form.server'

const page = '/desk/queue/views'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'queue.read')
  return {
    title: translatorFor(languageOfRequest(request))('views:title'),
    longest: longestViewName,
    views: await savedViewsOf(context.runtime.db, staff.id),
  }
}

/** POST: keeps the filters of the queue under a name (`parameters`), or renames or removes a view of one's own (`view`). */
export async function action({ request, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'queue.read')
  const { runtime } = context
  const form = await deskForm(request, context)
  const typed = { view: form.get('view'), name: form.get('name'), parameters: form.get('parameters') }
  const isNew = typed.view === ''
  if (!isNew && !z.uuid().safeParse(typed.view).success) throw new Response(null, { status: 400 })
  const own = { staffId: staff.id, viewId: typed.view }
  const kept = await inTransaction(runtime, (tx) =>
    isNew
      ? saveView(tx, runtime, { staffId: staff.id, ...typed })
      : form.get('intent') === 'remove'
        ? removeView(tx, own)
        : renameView(tx, { ...own, name: typed.name }),
  )
  if (kept.ok) throw redirect(isNew ? `/desk/queue?${typed.parameters}` : page, 303)
  if (kept.reason === 'unknown_view') throw new Response(null, { status: 404 })
  return data({ problem: kept.reason, typed }, { status: 400 })
}

export default function SavedViews() {
  const t = useTexts()
  const { views, longest } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const isNew = failed?.typed.view === ''
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{t('views:title')}</h1>
        <a href="/desk/queue">{t('desk:failure.back')}</a>
      </div>
      {failed ? (
        <div role="alert">
          <Notice tone="error">
            <p>{t(`views:problem.${failed.problem}`)}</p>
          </Notice>
        </div>
      ) : null}
      {failed && isNew ? (
        <ViewForm view="" name={failed.typed.name} longest={longest} parameters={failed.typed.parameters} />
      ) : null}
      {views.length === 0 ? <p className="empty">{t('views:none')}</p> : null}
      {views.map(({ id, name, parameters }) => (
        <section key={id} aria-label={name}>
          <p>
            <a href={`/desk/queue?${parameters}`}>{name}</a>
          </p>
          <ViewForm view={id} name={failed?.typed.view === id ? failed.typed.name : name} longest={longest} />
        </section>
      ))}
    </div>
  )
}

type ViewFormProps = { view: string; name: string; longest: number; parameters?: string }

function ViewForm({ view, name, longest, parameters }: ViewFormProps) {
  const t = useTexts()
  return (
    <form method="post" action={page} className="filters">
      <Csrf />
      <input type="hidden" name="view" value={view} />
      {parameters === undefined ? null : <input type="hidden" name="parameters" value={parameters} />}
      <label>
        <span>{t('views:name')}</span>
        <input className="input" name="name" defaultValue={name} maxLength={longest} />
      </label>
      <button className="button button-quiet">{t(view ? 'views:rename' : 'views:keep')}</button>
      {view ? (
        <button className="link-button" name="intent" value="remove">
          {t('views:remove')}
        </button>
      ) : null}
    </form>
  )
}
