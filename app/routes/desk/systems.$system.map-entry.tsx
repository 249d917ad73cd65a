import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { isFresh } from '~/staff/reauthenticate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { editMap, entryOf } from '~/systems/edit-map'
import { presentMap } from '~/systems/registry.server'
import { deskForm } from './desk-form.server'
import { MapEntryForm } from './parts/map-entry-form'
import { SystemPageHead } from './parts/system-head'
import { applyFromDesk, readMapPage } from './system-map.server'
import { presenceProblem, systemAt, systemHead } from './system.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.head.key ?? '' }]

/** GET `?table=customers`, `?table=customers&column=email`: what the map says of it, in a form beside the catalogue. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'systems.manage')
  const row = await systemAt(context, params)
  const query = new URL(request.url).searchParams
  const page = await readMapPage(context.runtime, row, { draft: false })
  const table = page.tables.find((each) => each.id === query.get('table'))
  if (!table || page.version === null) throw new Response(null, { status: 404 })
  const name = query.get('column')
  const column = name === null ? null : (table.columns.find((each) => each.name === name) ?? null)
  if (name !== null && !column) throw new Response(null, { status: 404 })
  return {
    head: systemHead(row),
    fresh: isFresh(context.runtime, session),
    version: page.version,
    table: { id: table.id, inMap: table.inMap },
    column: column ? { name: column.name, type: column.type } : null,
    entry: entryOf(page.yaml, table.id, name),
  }
}

export type MapEntryPage = Awaited<ReturnType<typeof loader>>

const fields = ['erase', 'category', 'with', 'labelNl', 'labelEn'] as const

/** POST of that form, with the version it was made from: the next version of the map, checked like any other. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'systems.manage')
  const form = await deskForm(request, context)
  const row = await systemAt(context, params)
  const typed = Object.fromEntries(fields.map((name) => [name, form.get(name)]))
  const refused = (problem: string, status = 400) => data({ typed, problem, checked: null }, { status })
  const absent = await presenceProblem(context, session, form.get('password'))
  if (absent) return refused(absent.reason, absent.status)
  const present = await presentMap(context.runtime.db, row.id)
  if (!present) return refused('map_missing')
  if (form.get('version') !== String(present.version)) return refused('map_changed')
  const [table, column] = [form.get('table'), form.get('column')]
  const labels = { labelNl: form.get('labelNl'), labelEn: form.get('labelEn') }
  const edited = editMap(
    present.yaml,
    form.get('intent') === 'not_personal'
      ? { table, personal: false }
      : column === ''
        ? { table, erase: form.get('erase'), ...labels }
        : { table, column, category: form.get('category'), with: form.get('with'), ...labels },
  )
  if (!edited.ok) return refused(edited.reason)
  const answer = await applyFromDesk(context.runtime, row, {
    yaml: edited.yaml,
    store: true,
    staffId: session.staff.id,
  })
  if (answer.version !== null)
    throw redirect(
      `/desk/systems/${row.key}/map?applied=${answer.version}&table=${encodeURIComponent(table)}#table`,
      303,
    )
  return data({ typed, problem: answer.problem, checked: answer.checked }, { status: 400 })
}

export type MapEntryAnswer = {
  typed: Record<string, string>
  problem: string | null
  checked: Awaited<ReturnType<typeof applyFromDesk>>['checked']
}

export default function MapEntry() {
  const loaded = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>() ?? null
  return (
    <div className="action-page">
      <SystemPageHead head={loaded.head} here="map" />
      <MapEntryForm loaded={loaded} answer={answer} />
    </div>
  )
}
