import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { may } from '~/staff/permissions'
import { isFresh } from '~/staff/reauthenticate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { deskForm } from './desk-form.server'
import { applyFromDesk, readMapPage } from './system-map.server'
import { MapForm } from './parts/map-form'
import { MapColumns, MapTables } from './parts/map-tables'
import { SystemPageHead } from './parts/system-head'
import { presenceProblem, systemAt, systemHead } from './system.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.head.key ?? '' }]

/** GET `?table=customers`: that table column by column; `?draft`: a fresh draft stands in the form. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'systems.read')
  const row = await systemAt(context, params)
  const query = new URL(request.url).searchParams
  const mayManage = may(session.staff.role, 'systems.manage')
  const page = await readMapPage(context.runtime, row, { draft: mayManage && query.has('draft') })
  const table = query.get('table')
  return {
    head: systemHead(row),
    mayManage,
    fresh: isFresh(context.runtime, session),
    applied: query.get('applied'),
    version: page.version,
    stored: !query.has('draft'),
    yaml: mayManage ? page.yaml : '',
    silent: page.silent,
    table: page.tables.find((each) => each.id === table) ?? null,
    tables: page.tables.map(({ columns, ...each }) => ({
      ...each,
      columns: columns.length,
      mapped: columns.filter((column) => column.category !== null).length,
    })),
  }
}

export type MapPage = Awaited<ReturnType<typeof loader>>

/** POST `intent=check` (also by Enter) or `apply`; a file goes before what was pasted. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'systems.manage')
  const form = await deskForm(request, context, { files: true, limit: 5_000_000 })
  const row = await systemAt(context, params)
  const yaml = form.get('file').trim() === '' ? form.get('yaml') : form.get('file')
  const apply = form.get('intent') === 'apply'
  const absent = apply ? await presenceProblem(context, session, form.get('password')) : null
  if (absent) return data({ yaml, problem: absent.reason, checked: null }, { status: absent.status })
  const answer = await applyFromDesk(context.runtime, row, { yaml, store: apply, staffId: session.staff.id })
  if (answer.version !== null) throw redirect(`/desk/systems/${row.key}/map?applied=${answer.version}`, 303)
  return data({ yaml, problem: answer.problem, checked: answer.checked }, { status: answer.fits ? 200 : 400 })
}

export type MapAnswer = {
  yaml: string
  problem: string | null
  checked: Awaited<ReturnType<typeof applyFromDesk>>['checked']
}

export default function DataMapPage() {
  const t = useTexts()
  const loaded = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>() ?? null
  return (
    <>
      <SystemPageHead head={loaded.head} here="map" />
      {loaded.applied && !answer ? (
        <div role="status">
          <Notice>
            <p>{t('systems:map.nowApplied', { version: loaded.applied })}</p>
          </Notice>
        </div>
      ) : null}
      {loaded.silent ? (
        <Notice tone="warning">
          <p>{t('systems:map.silent', { reason: loaded.silent })}</p>
        </Notice>
      ) : null}
      <MapForm loaded={loaded} answer={answer} />
      {loaded.table ? <MapColumns loaded={loaded} table={loaded.table} /> : null}
      <MapTables tables={loaded.tables} />
    </>
  )
}
