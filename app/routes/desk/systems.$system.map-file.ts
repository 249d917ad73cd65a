import type { LoaderFunctionArgs } from '@remix-run/node'
import { requireStaff } from '~/staff/require-staff.server'
import { mapText, mapVersions } from '~/systems/map-versions.server'
import { systemAt } from './system.server'

/** GET `?version=N`: that version of the map as it was applied; without it the newest. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'systems.read')
  const row = await systemAt(context, params)
  const { db } = context.runtime
  const asked = Number(new URL(request.url).searchParams.get('version'))
  const version = Number.isInteger(asked) && asked > 0 ? asked : ((await mapVersions(db, row.id))[0]?.version ?? 0)
  const yaml = await mapText(db, row.id, version)
  if (yaml === undefined) throw new Response(null, { status: 404 })
  return new Response(yaml, {
    headers: {
      'Content-Type': 'application/yaml; charset=utf-8',
      'Content-Disposition': `attachment; filename="${row.key}-${version}.yaml"`,
    },
  })
}
